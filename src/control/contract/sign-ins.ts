/** Acts that bring a login: signing in, a key, a copy from another program. */
import type { SignedIn } from '../../accounts/sign-in.ts'
import type { SaidOfLogin } from '../../accounts/whose-login.ts'
import type { KeyPlace, PlaceFlags } from '../../core/key-login.ts'
import type { Said } from '../../core/phrase.ts'
import type { Secret } from '../../core/secret.ts'
import type { LocalizedText } from '../../core/text.ts'

export interface LoggedIn extends SignedIn {
  /** The plan was closed where this login's requests go: told before the first of them fails. */
  readonly retired?: LocalizedText
}

/** A login that was copied from another program; without secrets. */
export interface LoginImported {
  readonly profile: string
  readonly provider: string
  readonly mode: 'oauth' | 'api_key'
  readonly email?: string
  readonly expiresAt?: string
  /** Where it came from. */
  readonly file: string
  /** Its refresh token stands in two programs now, of which only one can go on with it. */
  readonly shared: boolean
}

/** What `models auth import` took over. */
export interface LoginsImported {
  readonly from: string
  readonly path: string
  readonly dryRun: boolean
  readonly taken: readonly LoginImported[]
  readonly left: readonly { readonly file: string; readonly name: string; readonly reason: Said }[]
  /** The file that was written. */
  readonly file?: string
}

export interface FoundServer {
  readonly place: KeyPlace
  readonly models: readonly string[]
}

export interface KeyWish extends SaidOfLogin {
  readonly provider: string
  readonly flags: PlaceFlags
  readonly key?: Secret
  readonly setDefault: boolean
  readonly signal: AbortSignal
  /** The option that handed the key over, for the command that mends a refusal. */
  readonly handedBy?: string
  /** Which of several servers; without it the one that was chosen before, or the only one. */
  readonly choose?: (found: readonly FoundServer[]) => Promise<FoundServer>
}

export type KeyLoginEvent =
  | { readonly kind: 'looking'; readonly servers: readonly string[] }
  | { readonly kind: 'checking'; readonly host: string }

export interface KeyLoggedIn extends Pick<SignedIn, 'provider' | 'profile' | 'email' | 'label' | 'droppedEmail'> {
  /** Where this login's requests go: there the key was checked. */
  readonly baseUrl: string
  readonly place?: PlaceFlags
  /** Undefined = the server has no model yet. */
  readonly defaultModel?: string
  readonly setDefault: boolean
  readonly aliases: Readonly<Record<string, string>>
  /** Where the server tells which there are. */
  readonly models?: readonly string[]
  readonly files: readonly string[]
  /** The key is genuine and saved, but its account cannot be asked now. */
  readonly problem?: Said
}
