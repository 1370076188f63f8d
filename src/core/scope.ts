/** What a caller of the gateway may do. */

/** Each includes the ones before it: look (models, health), ask models, change the gateway itself. */
export const SCOPES = ['read', 'invoke', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export function scopeFrom(written: string): Scope | undefined {
  return SCOPES.find((scope) => scope === written)
}

export function allows(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed)
}

/** A token that was given to a program, as it is kept: the token itself was shown once and is nowhere. */
export interface IssuedToken {
  /** Eight hexadecimal digits; tells nothing of the token. */
  readonly id: string
  readonly name: string
  readonly scope: Scope
  /** sha256 of the whole token, hexadecimal. */
  readonly hash: string
  readonly createdAt: Date
}

/** Who asks: the owner, whose token is in a file of its own, or the holder of an issued one. */
export type Caller =
  | { readonly kind: 'owner'; readonly scope: 'admin' }
  | { readonly kind: 'issued'; readonly id: string; readonly name: string; readonly scope: Scope }
