/** Acts on plugins: which exist, on, off. */
import { pluginEdits } from '../config/edits.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Settings } from '../core/settings.ts'
import { findPlugins } from '../plugin-host/manifests.ts'
import type { PluginRow, PluginSwitched } from './contract.ts'

export interface PluginMeans {
  readonly pluginsFolder: string
  readonly settings: () => Promise<Settings>
  readonly openclawJson: SettingsFile
  readonly gatewayRuns: () => Promise<boolean>
}

/** Reads manifests only: no plugin's code runs. */
export async function* listPlugins(means: PluginMeans): AsyncGenerator<never, readonly PluginRow[]> {
  const settings = await means.settings()
  return findPlugins(means.pluginsFolder).map((found): PluginRow => {
    if (found.kind === 'broken') {
      return {
        id: found.folder,
        label: { en: '' },
        version: '',
        state: 'broken',
        providers: [],
        problem: found.problem,
      }
    }
    const { id, label, version, providers } = found.manifest
    const state = settings.plugins.get(id)?.enabled ? 'on' : 'off'
    return { id, label, version, state, providers: providers.map((provider) => provider.id) }
  })
}

export async function* switchPlugin(
  wish: { readonly plugin: string; readonly to: 'on' | 'off' },
  means: PluginMeans,
): AsyncGenerator<never, PluginSwitched> {
  const ids = findPlugins(means.pluginsFolder).flatMap((found) => (found.kind === 'ok' ? [found.manifest.id] : []))
  const settings = await means.settings()
  // A plugin that is gone can still be switched off.
  if (!ids.includes(wish.plugin) && !(wish.to === 'off' && settings.plugins.has(wish.plugin))) {
    const meant = nearest(wish.plugin, ids)
    throw new OpenClawError('plugin-not-found', { plugin: wish.plugin, ...(meant && { nearest: meant }) })
  }
  const { changed } = await means.openclawJson.edit(() => pluginEdits(wish.plugin, wish.to === 'on'))
  return { plugin: wish.plugin, state: wish.to, changed, gatewayRunning: await means.gatewayRuns() }
}
