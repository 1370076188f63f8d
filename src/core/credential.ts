/** What proves to a provider who asks: credentials, and the logins that they belong to. */
import type { OutsideReference } from './outside-login.ts'
import type { Said } from './phrase.ts'
import type { Secret } from './secret.ts'

export type Credential =
  /** An endpoint that asks for nothing (a model on this machine). */
  | { readonly kind: 'none' }
  | OwnCredential
  /** As a file has it that keeps secrets sealed: good for nothing until it is opened. */
  | { readonly kind: 'sealed'; readonly written: OwnCredential }

export type OwnCredential =
  | { readonly kind: 'api-key'; readonly apiKey: Secret }
  | {
      readonly kind: 'oauth'
      readonly accessToken: Secret
      readonly refreshToken?: Secret
      readonly expiresAt: Date
    }

/** A login under a name: whose credential, for which provider, toward which address. */
export interface Profile {
  /** `<provider>:<name>` */
  readonly id: string
  readonly provider: string
  readonly mode: 'oauth' | 'api_key'
  /** Whose account it is, as far as the person said. */
  readonly email?: string
  /** The person's own words for it. */
  readonly label?: string
  readonly credential?: Credential
  /** Where this login's requests go, when its server named a place at sign-in. */
  readonly baseUrl?: string
  /** The environment variable that holds its key: nothing of it stands in a file. */
  readonly variable?: string
  /** Another program's login, used where it stands: nothing of it stands in our files. */
  readonly outside?: OutsideReference
  /** Why there is no credential although the entry stands (an unset variable, say). */
  readonly missing?: { readonly variable: string }
  /** Why its sealed credential could not be opened. */
  readonly locked?: Said
}

/** Why a login serves no more until the person signs in again. */
export interface LoginProblem {
  /** The server's words, or ours. */
  readonly evidence: Said
  /** The HTTP status that the server refused it with. */
  readonly status?: number
  /** From then on it is tried once more, should it have passed; undefined = nothing is tried. */
  readonly askAgainAt?: Date
}
