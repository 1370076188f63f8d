/** Acts on logins that are there, and on where their secrets are kept. */
import type { Rest } from '../../core/failure.ts'
import type { Said } from '../../core/phrase.ts'
import type { SecretHome } from '../../core/settings.ts'

/** Where the secrets of logins are kept. */
export interface SecretStore {
  /** What is written from now on goes there. */
  readonly store: SecretHome
  /** How many of models.json are kept in which way; `file` = written out. */
  readonly secrets: Readonly<Record<SecretHome, number>>
  /** Paths of openclaw.json at which one is written out. */
  readonly elsewhere: readonly string[]
  readonly keychain: { readonly usable: true } | { readonly usable: false; readonly reason: Said }
}

export interface SecretsMoved {
  readonly store: SecretHome
  readonly moved: number
  /** Paths of openclaw.json at which a proxy's password stays. */
  readonly passwords: readonly string[]
  readonly gatewayRuns: boolean
  readonly files: readonly string[]
}

export type ProfileState =
  | 'ok'
  | 'refreshable'
  | 'expiring'
  | 'expired'
  | 'needs-login'
  | 'plan-retired'
  | 'resting'
  | 'unset-variable'
  | 'locked'

/** One login in `models status`; without secrets. */
export interface ProfileStatus {
  readonly provider: string
  readonly mode: 'oauth' | 'api_key'
  readonly label?: string
  readonly email?: string
  readonly state: ProfileState
  readonly expiresAt?: string
  readonly reason?: Said
  readonly until?: string
  readonly baseUrl?: string
  /** The other program whose login it is. */
  readonly program?: string
  /** The file that carries it, or the variable: `${NAME}`. */
  readonly source: string
}

/** One login in `models auth list`. */
export interface LoginRow extends ProfileStatus {
  readonly id: string
  /** When it is asked among the logins of its provider: 1 = first. */
  readonly place: number
}

/** One login in `models auth status`. */
export interface LoginDetails extends LoginRow {
  /** Only where there is a token: can it be renewed? */
  readonly renewable?: boolean
  /** ISO 8601, UTC; undefined = it was not renewed on this machine. */
  readonly refreshedAt?: string
  readonly rests: readonly {
    readonly scope: Rest['scope']
    /** Where it is not the whole account that rests. */
    readonly model?: string
    readonly kind: Rest['kind']
    readonly reason: Said
    readonly since: string
    readonly until: string
  }[]
}

export interface Logins<Row extends LoginRow> {
  readonly schema: 1
  readonly profiles: readonly Row[]
}

export interface LoggedOut {
  readonly profile: string
  /** The server ended it. */
  readonly revoked: boolean
  /** Why not. */
  readonly why?: 'not-offered' | 'left-alone' | 'provider-off' | 'is-key' | 'nothing-there'
  readonly forgotten: boolean
  /** Those that were changed. */
  readonly files: readonly string[]
  /** Copies of a person's own text in which the secret still stands. */
  readonly copies: readonly string[]
  /** Settings paths of refs that are pinned to a login that was forgotten. */
  readonly stillNamed: readonly string[]
}

export interface LoginRenamed {
  readonly profile: string
  readonly was: string
  readonly label?: string
  readonly email?: string
  readonly changed: boolean
  readonly files: readonly string[]
}

export interface ProfileOrder {
  /** All of them, as they are asked. */
  readonly profiles: readonly string[]
  /** As the settings have it; null = they say nothing, and the default login comes first. */
  readonly set: readonly string[] | null
}

/** `models auth order get --json`; by provider. */
export interface ProfileOrders {
  readonly schema: 1
  readonly orders: Readonly<Record<string, ProfileOrder>>
}

export interface ProfileOrderSet extends ProfileOrder {
  readonly provider: string
  readonly changed: boolean
  readonly file: string
}
