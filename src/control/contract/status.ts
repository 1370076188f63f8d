/** The act `models status`. */
import type { ExistingLogin } from '../../accounts/existing-login.ts'
import type { OpenClawError } from '../../core/errors.ts'
import type { Said } from '../../core/phrase.ts'
import type { Language } from '../../core/text.ts'
import type { NetworkStatus } from '../network-status.ts'
import type { ProfileState, ProfileStatus } from './logins.ts'
import type { ChainLink } from './models.ts'

/** What one small real call with a login came to. */
export interface ProbeResult {
  /** The model that was asked. */
  readonly ref: string
  readonly result: 'answered' | 'spent' | 'refused' | 'failed' | 'not-asked'
  readonly reason?: Said
  readonly status?: number
  readonly ms?: number
}

/** `models status --check`: the logins that the default chain uses. */
export interface LoginsChecked {
  /** 0 = good, 1 = expired or missing, 2 = expiring. */
  readonly exit: 0 | 1 | 2
  readonly profiles: readonly {
    readonly profile: string
    /** The first model of the chain for which it is used. */
    readonly ref: string
    readonly state: ProfileState
    readonly verdict: 'ok' | 'expiring' | 'bad'
  }[]
  /** Refs of the chain for which there is no login at all. */
  readonly without: readonly string[]
}

export interface QuotaStatus {
  readonly used: number
  readonly limit: number
  readonly resetsAt: string
  readonly timeZone: string
  /** Requests are counted here, since the provider tells no count. */
  readonly countedBy: 'openclaw'
  /** Told, not counted here: the upstream enforces it. */
  readonly requestsPerMinute?: number
  /** Where the figures come from, with dates. */
  readonly source?: string
}

export interface StatusWish {
  readonly language: Language
  readonly check: boolean
  /** Asks each login in use once. */
  readonly probe: boolean
  readonly signal: AbortSignal
}

/** `models status --json`; its JSON Schema is schemas/models-status.schema.json. */
export interface ModelsStatus {
  readonly schema: 1
  readonly configPath: string
  readonly default: string | null
  readonly fallbacks: readonly string[]
  readonly imageModel: string | null
  readonly imageFallbacks: readonly string[]
  /** Every model that the settings name, once. */
  readonly chain: readonly ChainLink[]
  readonly aliases: Readonly<Record<string, string>>
  readonly providers: Readonly<
    Record<
      string,
      {
        readonly label: string
        readonly baseUrl: string | null
        readonly models: number
        readonly retiredSince?: string
        /** Of a server on this machine: does it answer now? */
        readonly answers?: boolean
        /** The HTTP status of one that answers otherwise than a server of models. */
        readonly answeredStatus?: number
      }
    >
  >
  readonly quota: Readonly<Record<string, QuotaStatus>>
  readonly auth: {
    readonly order: Readonly<Record<string, readonly string[]>>
    readonly profiles: Readonly<Record<string, ProfileStatus>>
    /** Logins that other programs keep on this machine, and that nobody uses here. */
    readonly existing: readonly ExistingLogin[]
  }
  /** As this command's own environment and the settings have it; a gateway tells its own in `gateway status`. */
  readonly network: NetworkStatus
  /** Only with `--check`. */
  readonly check?: LoginsChecked
  /** Only with `--probe`: by profile id. */
  readonly probe?: Readonly<Record<string, ProbeResult>>
  readonly warnings: readonly string[]
  /** What the settings name and cannot be used just now. */
  readonly problems: readonly OpenClawError[]
  /** Plugins that are switched on and were not loaded; in the reader's language. */
  readonly refusedPlugins: Readonly<Record<string, { readonly problem: string; readonly run?: string }>>
}
