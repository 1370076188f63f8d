/** Acts on plugins: which exist, what one is, on, off. */
import { pluginEdits } from '../config/edits.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { phrase } from '../core/phrase.ts'
import type { Settings } from '../core/settings.ts'
import { loadOutsidePlugin } from '../plugin-host/load-outside.ts'
import { findPlugins, type FoundPlugin, type Manifest } from '../plugin-host/manifests.ts'
import { findOutsidePlugins, type OutsidePlugins } from '../plugin-host/outside-folders.ts'
import { readPluginFiles } from '../plugin-host/plugin-files.ts'
import { filesToTrust, trustIn } from '../plugin-host/trust.ts'
import { byKey } from '../setup/by-key.ts'
import type { SetupSources } from '../setup/load.ts'
import { homeOf } from '../setup/paths.ts'
import type { PluginInfo, PluginRow, PluginSwitched } from './contract.ts'

export interface PluginMeans {
  readonly sources: SetupSources
  readonly settings: () => Promise<Settings>
  readonly gatewayRuns: () => Promise<boolean>
}

export interface KnownPlugins {
  readonly bundled: readonly FoundPlugin[]
  readonly outside: OutsidePlugins
}

export function knownPlugins(settings: Settings, { sources }: Pick<PluginMeans, 'sources'>): KnownPlugins {
  const bundled = findPlugins(sources.pluginsFolder)
  const home = homeOf(sources.environment)
  return { bundled, outside: findOutsidePlugins(settings.pluginPaths, { home, bundled: manifestsOf(bundled) }) }
}

/** Reads manifests, and the files of outside plugins that are on; no plugin's code runs. */
export async function* listPlugins(means: PluginMeans): AsyncGenerator<never, readonly PluginRow[]> {
  const settings = await means.settings()
  const { environment } = means.sources
  const { bundled, outside } = knownPlugins(settings, means)
  return [
    ...bundled.map((found) => rowOf(found, 'bundled', { settings, environment })),
    ...outside.found.map((found) => rowOf(found, 'outside', { settings, environment })),
    ...outside.problems.map(({ path, problem }) =>
      brokenRow(path, 'outside', phrase('at-file', { file: path, reason: problem })),
    ),
  ]
}

/** No code of it runs. */
export async function* pluginInfo(id: string, means: PluginMeans): AsyncGenerator<never, PluginInfo> {
  const settings = await means.settings()
  const known = knownPlugins(settings, means)
  const { manifest, origin } = pluginIn(known, id, settings)
  const row = rowOf({ kind: 'ok', manifest }, origin, { settings, environment: means.sources.environment })
  const { providers } = manifest
  const refs = {
    models: providers.flatMap((provider) => provider.models.map((model) => `${provider.id}/${model}`)),
    aliases: Object.fromEntries(
      providers.flatMap((provider) =>
        Object.entries(provider.aliases).map(([alias, model]) => [alias, `${provider.id}/${model}`]),
      ),
    ),
  }
  if (origin === 'bundled') return { ...row, ...refs }
  const files = readPluginFiles(manifest.folder)
  const enabledSha256 = settings.plugins.get(id)?.sha256
  const problem =
    row.problem ?? (files.kind === 'unsafe' ? phrase('at-file', { file: files.file, reason: files.reason }) : undefined)
  return {
    ...row,
    ...(problem && { problem }),
    ...refs,
    ...(files.kind === 'ok' && {
      files: [...files.bytes].map(([path, { length }]) => ({ path, bytes: length })),
      sha256: files.sha256,
    }),
    ...(enabledSha256 && { enabledSha256 }),
  }
}

/** An outside plugin is switched on as its files are now, once they have run; what they are is noted beside it. */
export async function* switchPlugin(
  wish: { readonly plugin: string; readonly to: 'on' | 'off' },
  means: PluginMeans,
): AsyncGenerator<never, PluginSwitched> {
  const settings = await means.settings()
  const known = knownPlugins(settings, means)
  // A plugin that is gone can still be switched off.
  const mayBeGone = wish.to === 'off' && settings.plugins.has(wish.plugin)
  const found = mayBeGone ? undefined : pluginIn(known, wish.plugin, settings)
  const sha256 = found && wish.to === 'on' ? await hashToTrust(found) : undefined
  const { changed } = await means.sources.openclawJson.edit(() => pluginEdits(wish.plugin, wish.to === 'on', sha256))
  return {
    plugin: wish.plugin,
    state: wish.to,
    changed,
    gatewayRunning: await means.gatewayRuns(),
    ...(sha256 !== undefined && { sha256 }),
  }
}

interface Known {
  readonly manifest: Manifest
  readonly origin: PluginRow['origin']
}

async function hashToTrust({ manifest, origin }: Known): Promise<string | undefined> {
  if (origin === 'bundled') return undefined
  const files = filesToTrust(manifest)
  await loadOutsidePlugin({ id: manifest.id, folder: manifest.folder, files, isOn: false })
  return files.sha256
}

function pluginIn({ bundled, outside }: KnownPlugins, id: string, settings: Settings): Known {
  const known: readonly Known[] = [
    ...manifestsOf(bundled).map((manifest) => ({ manifest, origin: 'bundled' as const })),
    ...manifestsOf(outside.found).map((manifest) => ({ manifest, origin: 'outside' as const })),
  ]
  const found = known.find(({ manifest }) => manifest.id === id)
  if (found) return found
  if (settings.plugins.get(id)?.sha256 !== undefined) throw new OpenClawError('plugin-gone', { plugin: id })
  const meant = nearest(
    id,
    known.map(({ manifest }) => manifest.id),
  )
  throw new OpenClawError('plugin-not-found', { plugin: id, ...(meant && { nearest: meant }) })
}

interface Standing {
  readonly settings: Settings
  readonly environment: SetupSources['environment']
}

function rowOf(found: FoundPlugin, origin: PluginRow['origin'], { settings, environment }: Standing): PluginRow {
  if (found.kind === 'broken') return brokenRow(found.folder, origin, found.problem)
  const { id, label, version, providers, folder } = found.manifest
  const row = { id, label, version, providers: providers.map((provider) => provider.id), origin, folder }
  const setting = settings.plugins.get(id)
  if (origin === 'bundled') {
    return { ...row, state: setting?.enabled ? 'on' : stateByKey(found.manifest, settings, environment) }
  }
  const trust = trustIn(found.manifest, setting)
  if (trust.kind === 'refused') return { ...row, state: 'refused', problem: trust.error }
  return { ...row, state: trust.kind === 'trusted' ? 'on' : 'off' }
}

function stateByKey(manifest: Manifest, settings: Settings, environment: Standing['environment']): PluginRow['state'] {
  const { on, waiting } = byKey([manifest], settings, environment)
  if (on.length > 0) return 'on'
  return waiting.length > 0 ? 'waits-for-key' : 'off'
}

function brokenRow(folder: string, origin: PluginRow['origin'], problem: PluginRow['problem'] & {}): PluginRow {
  return { id: folder, label: { en: '' }, version: '', state: 'broken', providers: [], origin, folder, problem }
}

export function manifestsOf(found: readonly FoundPlugin[]): readonly Manifest[] {
  return found.flatMap((plugin) => (plugin.kind === 'ok' ? [plugin.manifest] : []))
}
