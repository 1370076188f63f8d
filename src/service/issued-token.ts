/** The form of tokens that are given to programs. */
import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '../core/secret.ts'

/** So that people, and programs that look for leaked secrets, know what they have before them. */
const PREFIX = 'openclaw_'
const FORM = /^openclaw_[\w-]{43}$/

export interface MadeToken {
  /** To be shown once: nobody can tell it from the hash. */
  readonly token: Secret
  readonly id: string
  /** sha256 of the whole token, hexadecimal. */
  readonly hash: string
}

/** 32 random bytes: too many to be tried, so that a plain hash keeps them. */
export function makeToken(): MadeToken {
  const token = PREFIX + randomBytes(32).toString('base64url')
  return {
    token: new Secret(token),
    id: randomBytes(4).toString('hex'),
    hash: createHash('sha256').update(token).digest('hex'),
  }
}

export function isIssuedForm(shown: string): boolean {
  return FORM.test(shown)
}
