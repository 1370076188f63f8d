/** A credential struck out of whatever an upstream says, should it say ours back to us. */
import type { Credential } from '../core/credential.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import { withTexts } from '../core/phrase.ts'
import type { FailedAnswer } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { isWorthStriking, spellingsOf, struckText } from '../core/struck.ts'
import { parsedJson } from '../dialects/fields.ts'

export interface StrikeOut {
  /** Before it is read: reading shortens, and half a credential is not found again. */
  readonly answer: (answer: FailedAnswer) => FailedAnswer
  readonly failure: (failure: UpstreamFailure) => UpstreamFailure
  readonly text: (words: string) => string
  /** Whole events or a whole answer on their way to the caller; the same bytes where there is nothing to strike out. */
  readonly bytes: (bytes: Uint8Array) => Uint8Array
}

export function secretOf(credential: Credential): Secret | undefined {
  switch (credential.kind) {
    case 'none':
    case 'sealed': // nobody is asked with one that was not opened
      return undefined
    case 'api-key':
      return credential.apiKey
    case 'oauth':
      return credential.accessToken
  }
}

const NOTHING: StrikeOut = {
  answer: (answer) => answer,
  failure: (failure) => failure,
  text: (words) => words,
  bytes: (bytes) => bytes,
}
/** Made once for a credential, not for each request. */
const made = new WeakMap<Secret, StrikeOut>()

export function strikeOut(credential: Credential): StrikeOut {
  const secret = secretOf(credential)
  if (!secret || !isWorthStriking(secret)) return NOTHING
  const known = made.get(secret)
  if (known) return known
  const striking = strikingOut(secret)
  made.set(secret, striking)
  return striking
}

function strikingOut(secret: Secret): StrikeOut {
  const struck = (text: string): string => struckText(text, secret)
  const spellings = spellingsOf(secret).map((spelling) => Buffer.from(spelling))
  return {
    answer(answer) {
      const text = struck(answer.text)
      const { rateLimit } = answer
      const limits = rateLimit && Object.entries(rateLimit).map(([name, value]) => [name, struck(value)])
      return {
        ...answer,
        ...(limits && { rateLimit: Object.fromEntries(limits) as typeof rateLimit }),
        ...(text !== answer.text && { text, json: parsedJson(text) }),
      }
    },
    failure(failure) {
      const { evidence, code } = failure
      return { ...failure, evidence: withTexts(evidence, struck), ...(code !== undefined && { code: struck(code) }) }
    },
    text: struck,
    bytes: (bytes) => spellings.reduce(blanked, bytes),
  }
}

/** As many stars in its place, so that nothing else moves. */
function blanked(bytes: Uint8Array, spelling: Buffer): Uint8Array {
  let at = Buffer.prototype.indexOf.call(bytes, spelling)
  if (at < 0) return bytes
  const copy = Buffer.from(bytes)
  for (; at >= 0; at = copy.indexOf(spelling, at)) copy.fill('*', at, at + spelling.length)
  return copy
}
