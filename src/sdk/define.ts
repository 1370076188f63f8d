/** The words in which a plugin says what it brings: data, with closures only where a provider's own answers are read. */
import type { DeviceLogin, ProviderDefinition } from '../core/provider.ts'

/** What a plugin's module exports by default. */
export interface Plugin {
  /** The id of its manifest. */
  readonly id: string
  readonly providers: readonly ProviderDefinition[]
}

export function definePlugin(plugin: Plugin): Plugin {
  return plugin
}

/** A provider asked over HTTP in one of the dialects. Its default model and the targets of its aliases must be among its models. */
export function httpProvider(provider: ProviderDefinition): ProviderDefinition {
  const ids = new Set(provider.models.map((model) => model.id))
  for (const id of [provider.defaultModel, ...Object.values(provider.aliases)]) {
    if (!ids.has(id)) throw new Error(`${provider.id} names the model ${id}, which it does not list`)
  }
  return provider
}

/** A login by device code (RFC 8628). */
export function deviceLogin(login: Omit<DeviceLogin, 'kind'>): DeviceLogin {
  return { kind: 'device-code', ...login }
}
