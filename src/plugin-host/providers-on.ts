/** Which providers can be asked: an enabled plugin's, or described in the settings. */
import { providerFrom, type Provider, type ProviderDefinition, type ProviderSettings } from '../core/provider.ts'
import type { Manifest } from './manifests.ts'

export interface ProvidersOn {
  readonly providers: ReadonlyMap<string, Provider>
  /** Provider id -> the plugin that brings it and is off. */
  readonly switchedOff: ReadonlyMap<string, string>
}

/** A settings entry alone does not switch on what belongs to a plugin that is off. */
export function providersOn(
  settings: ReadonlyMap<string, ProviderSettings>,
  off: readonly Manifest[],
  definitions: readonly ProviderDefinition[],
): ProvidersOn {
  const declared = new Map(definitions.map((definition) => [definition.id, definition]))
  const switchedOff = new Map(
    off
      .flatMap((manifest) => manifest.providers.map(({ id }) => [id, manifest.id] as const))
      .filter(([id]) => !declared.has(id)),
  )
  const ids = new Set([...declared.keys(), ...[...settings.keys()].filter((id) => !switchedOff.has(id))])
  return {
    providers: new Map([...ids].map((id) => [id, providerFrom(id, declared.get(id), settings.get(id))])),
    switchedOff,
  }
}
