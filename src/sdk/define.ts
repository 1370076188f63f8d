/** The words in which a plugin says what it brings: data, with closures only where a provider's own answers are read. */
import type { KeyLogin } from '../core/key-login.ts'
import type { OutsideLogin } from '../core/outside-login.ts'
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

/**
 * A provider asked over HTTP in one of the dialects. Its default model, the targets of its aliases and what replaces a
 * retired model must be among its models.
 */
export function httpProvider(provider: ProviderDefinition): ProviderDefinition {
  const ids = new Set(provider.models.map((model) => model.id))
  const replacements = provider.models.map((model) => model.retirement?.replacement)
  for (const id of [provider.defaultModel, ...Object.values(provider.aliases), ...replacements]) {
    if (id !== undefined && !ids.has(id)) {
      throw new Error(`${provider.id} names the model ${id}, which it does not list`)
    }
  }
  return provider
}

/** A login by device code (RFC 8628). */
export function deviceLogin(login: Omit<DeviceLogin, 'kind'>): DeviceLogin {
  return { kind: 'device-code', ...login }
}

/** A login that another program keeps in a file of its own. It is used where it stands: read on each use, renewed in its place. */
export function outsideLogin(login: OutsideLogin): OutsideLogin {
  const { folder, file } = login.place
  const names = [file, login.lock.file, ...folder.split('/')]
  const odd = names.find((name) => name === '' || name === '..' || name.includes('/'))
  if (odd !== undefined) throw new Error(`"${odd}" is no name of a file or folder below the person's home`)
  return login
}

/** A login by a key that the person brings. No two places may be named by the same flags. */
export function apiKeyLogin(login: KeyLogin): KeyLogin {
  const named = login.places.map(({ flags: { plan, region, server } }) => [plan, region, server].join(' '))
  const twice = named.find((name, at) => named.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`two places of a key login have the flags "${twice.trim()}"`)
  return login
}
