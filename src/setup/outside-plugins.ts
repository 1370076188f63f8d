/** Plugins from outside folders as a process has them: loaded, off, or refused with the reason; none of them stops the rest. */
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { Settings } from '../core/settings.ts'
import type { RefusedPlugin } from '../core/setup.ts'
import { loadOutsidePlugin } from '../plugin-host/load-outside.ts'
import type { Manifest } from '../plugin-host/manifests.ts'
import { findOutsidePlugins } from '../plugin-host/outside-folders.ts'
import { trustIn } from '../plugin-host/trust.ts'

export interface LoadedOutside {
  readonly definitions: readonly ProviderDefinition[]
  /** Off or refused: only `plugins enable` changes that, never a key or a settings entry. */
  readonly untrusted: readonly Manifest[]
  readonly refused: readonly RefusedPlugin[]
}

export async function loadOutsidePlugins(
  settings: Settings,
  { bundled, home }: { readonly bundled: readonly Manifest[]; readonly home: string },
): Promise<LoadedOutside> {
  const { found } = findOutsidePlugins(settings.pluginPaths, { home, bundled })
  const manifests = found.flatMap((plugin) => (plugin.kind === 'ok' ? [plugin.manifest] : []))
  const definitions: ProviderDefinition[] = []
  const holders = new Map<string, string>()
  const untrusted: Manifest[] = []
  const refused: RefusedPlugin[] = []
  for (const manifest of manifests) {
    const { id, folder } = manifest
    const trust = trustIn(manifest, settings.plugins.get(id))
    try {
      if (trust.kind === 'refused') throw trust.error
      if (trust.kind === 'off') {
        untrusted.push(manifest)
        continue
      }
      const loaded = await loadOutsidePlugin({ id, folder, files: trust.files, isOn: true })
      const taken = loaded.find((provider) => holders.has(provider.id))?.id
      if (taken !== undefined) {
        const detail = phrase('provider-taken', { provider: taken, plugin: holders.get(taken) ?? '' })
        throw new OpenClawError('plugin-broken', { plugin: id, detail })
      }
      for (const provider of loaded) holders.set(provider.id, id)
      definitions.push(...loaded)
    } catch (error) {
      if (!(error instanceof OpenClawError)) throw error
      untrusted.push(manifest)
      refused.push({ plugin: id, providers: manifest.providers.map((provider) => provider.id), error })
    }
  }
  const known = new Set([...bundled, ...manifests].map(({ id }) => id))
  for (const [plugin, { enabled, sha256 }] of settings.plugins) {
    if (!enabled || sha256 === undefined || known.has(plugin)) continue
    refused.push({ plugin, providers: [], error: new OpenClawError('plugin-gone', { plugin }) })
  }
  return { definitions, untrusted, refused }
}
