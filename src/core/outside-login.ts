/** A login that another program keeps in a file of its own, used where it stands: what a provider says of it. */
import type { JsonValue } from './edit.ts'

/** What such a file holds. */
export interface OutsidePair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
}

export interface OutsideLogin {
  /** Its name in the settings, and in the id of its profile: small letters, digits and `-`. */
  readonly id: string
  /** The other program, as people know it. */
  readonly program: string
  /** `<home>/<folder>/<file>`, or `<the variable's value>/<file>` where that is set. */
  readonly place: { readonly variable?: string; readonly folder: string; readonly file: string }
  /** Reads the members of the file's JSON object; undefined = they are no login. */
  readonly read: (members: Readonly<Record<string, unknown>>) => OutsidePair | undefined
  /** The members that carry a fresh pair; all others of the file stay as they are. */
  readonly write: (pair: OutsidePair) => Readonly<Record<string, JsonValue>>
  readonly lock: OutsideLock
  /** Its file is looked at this often at most. */
  readonly lookMs: number
  /** It is renewed this long before its end: well before the other program would. */
  readonly earlyMs: number
}

/**
 * How the other program keeps its processes from renewing at once: whoever makes a file of this name goes first. We make a
 * folder of that name, since a process of the other program that ends may take away a file that is not its own.
 */
export interface OutsideLock {
  /** Beside the login's file. */
  readonly file: string
  /** Tried again this often while another one has it. */
  readonly pollMs: number
  /** No longer than this is waited for it. */
  readonly patienceMs: number
  /** Ours is touched this often, so that nobody takes it for abandoned. */
  readonly touchMs: number
  /** Theirs is abandoned once it is older: longer than any renewal of the other program takes. */
  readonly abandonedMs: number
  /** How long a renewal whose lock was taken away may go unseen: a new file is waited for before ours begins. */
  readonly quietMs: number
}

/** How the settings name such a login. */
export interface OutsideReference {
  /** The login's id. */
  readonly id: string
  /** Its file, where it is not in its usual place. */
  readonly file?: string
}
