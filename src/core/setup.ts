/** Settings and plugins as they stand now: one snapshot, replaced as a whole when a file changes. */
import { OpenClawError } from './errors.ts'
import type { Network } from './network.ts'
import { nearest } from './nearest.ts'
import type { Provider } from './provider.ts'
import type { Settings, SettingsWarning } from './settings.ts'

export interface Setup {
  readonly settings: Settings
  /** Those that can be asked: an enabled plugin's, or described in the settings. */
  readonly providers: ReadonlyMap<string, Provider>
  /** Providers whose plugin exists and is off: provider id -> plugin id. */
  readonly switchedOff: ReadonlyMap<string, string>
  readonly network: Network
  /** Outside plugins that are switched on and were not loaded. */
  readonly refused: readonly RefusedPlugin[]
  /** Providers that would be on with a key, the one to begin with first: provider id -> the variables in which one is looked for. */
  readonly withoutKey: ReadonlyMap<string, readonly string[]>
  readonly warnings: readonly SettingsWarning[]
  /** What the settings name and cannot be used just now; all else serves. */
  readonly problems: readonly OpenClawError[]
  /** Both files merged, variables not put in; secrets included. */
  readonly values: unknown
  /** openclaw.json's own value. */
  readonly upper: unknown
  /** models.json's own value. */
  readonly lower: unknown
}

/** A plugin that could not be trusted or used: told to the person, while everything else works. */
export interface RefusedPlugin {
  readonly plugin: string
  /** Ids of the providers that its manifest names. */
  readonly providers: readonly string[]
  readonly error: OpenClawError
}

/** Where the four files of a state folder lie. */
export interface StatePaths {
  readonly folder: string
  /** The original program's folder, where it stands in the usual place. */
  readonly original?: string
  readonly openclawJson: string
  readonly modelsJson: string
  readonly stateDb: string
  readonly gatewayToken: string
  readonly gatewayLog: string
}

/** The provider, or the first of the guide's troubles. */
export function providerIn(setup: Setup, id: string): Provider {
  const provider = setup.providers.get(id)
  if (provider) return provider
  throw providerNotFound(setup, id)
}

/**
 * Why a provider cannot be asked: its plugin was refused, which is then the trouble; or it has no key yet, its plugin is off,
 * or nobody brings it.
 */
export function providerNotFound(setup: Setup, id: string): OpenClawError {
  const refused = setup.refused.find(({ providers }) => providers.includes(id))
  if (refused) return refused.error
  const variables = setup.withoutKey.get(id)
  if (variables) return noKey(id, variables)
  const plugin = setup.switchedOff.get(id)
  const meant = nearest(
    id,
    [...setup.providers.keys(), ...setup.switchedOff.keys(), ...setup.withoutKey.keys()].filter(
      (known) => known !== id,
    ),
  )
  return new OpenClawError('provider-not-found', {
    provider: id,
    ...(plugin && { plugin, isEnabled: setup.settings.plugins.get(plugin)?.enabled ?? false }),
    ...(meant && { nearest: meant }),
  })
}

/** Signed in to neither by the settings nor by the environment. */
export function noKey(provider: string, variables: readonly string[]): OpenClawError<'no-login'> {
  return new OpenClawError('no-login', { provider, ...(variables.length > 0 && { variables: variables.join(', ') }) })
}
