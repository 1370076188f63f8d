/** Both settings files merged and read: the only form in which other rooms know them. */
import type { Profile } from './credential.ts'
import type { Limits, ProxyRule } from './network.ts'
import type { ProviderSettings } from './provider.ts'
import type { Language } from './text.ts'

/** A primary and what comes after it: refs or aliases, as written. */
export interface Chain {
  readonly agent: string
  readonly primary?: string
  readonly fallbacks: readonly string[]
}

/** For which fallbacks one is asked beside a candidate that is late: none, those not known to cost money, or any. */
export const HEDGES = ['off', 'free', 'always'] as const
export type Hedge = (typeof HEDGES)[number]

/** Where answers that a later request may go on from are remembered for an hour: nowhere, in the gateway's memory, or in state.db too. */
export const REMEMBERINGS = ['off', 'memory', 'disk'] as const
export type RememberResponses = (typeof REMEMBERINGS)[number]

/** Where the gateway listens, and who may come in there. */
export interface GatewaySettings {
  readonly port: number
  readonly refFallback: boolean
  readonly hedge: Hedge
  /** So late is a first event after which a fallback is asked too. */
  readonly hedgeAfterMs: number
  /** May another model be asked what a content filter stopped? */
  readonly filterFallback: boolean
  readonly rememberResponses: RememberResponses
  /** `loopback` (this machine alone), `lan` (every address it has), or one IP address. */
  readonly bind: string
  /** Files, as written. */
  readonly tls: { readonly cert?: string; readonly key?: string }
  /** IP addresses and ranges (`10.0.0.0/8`). */
  readonly trustedProxies: readonly string[]
  /** Names beside loopback's to which it answers: `name` (with our port or none) or `name:port`. */
  readonly hosts: readonly string[]
}

/**
 * Where the secrets of logins are: written out in models.json, or sealed there under a key in the system's keychain, or
 * under one that is made of the person's passphrase.
 */
export const SECRET_HOMES = ['file', 'keychain', 'encrypted'] as const
export type SecretHome = (typeof SECRET_HOMES)[number]

export function isSecretHome(value: unknown): value is SecretHome {
  return SECRET_HOMES.some((home) => home === value)
}

export interface Settings {
  readonly providers: ReadonlyMap<string, ProviderSettings>
  readonly profiles: ReadonlyMap<string, Profile>
  /** `auth.order.<provider>`, as the person wrote it. */
  readonly profileOrder: ReadonlyMap<string, readonly string[]>
  /** `auth.rotate`: may a spent quota move on to the next account? */
  readonly rotate: boolean
  /** `auth.store`; undefined = nobody said. */
  readonly secretHome?: SecretHome
  /** Name -> ref; one that names another alias leads where that one leads. */
  readonly aliases: ReadonlyMap<string, string>
  /** `agents.defaults`, id `main`. */
  readonly defaults: Chain
  readonly agents: ReadonlyMap<string, Chain>
  /** The agent that plain `openclaw` means. */
  readonly defaultAgent: string
  readonly imageModel?: string
  /** What comes after it for a request with a picture; refs or aliases, as written. */
  readonly imageFallbacks: readonly string[]
  readonly plugins: ReadonlyMap<string, PluginSetting>
  /** `plugins.load.paths` as written, variables put in where they are set. */
  readonly pluginPaths: readonly string[]
  readonly gateway: GatewaySettings
  readonly network: {
    readonly proxy: ProxyRule
    /** `gateway.ca` as written, or the unset variable in it. */
    readonly ca?: { readonly path: string } | { readonly variable: string }
  }
  readonly language?: Language
  readonly limits: Limits
}

export interface PluginSetting {
  readonly enabled: boolean
  /** Of an outside plugin's files, as they were when the person switched it on. */
  readonly sha256?: string
}

/** Something in a settings file that counts for nothing, told to the person. */
export interface SettingsWarning {
  readonly path: string
  readonly nearest?: string
}
