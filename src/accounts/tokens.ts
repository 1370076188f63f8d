/** A token endpoint's answers read: the provider's own reading came before it. */
import type { Credential } from '../core/credential.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { DeviceLogin } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { evidenceFrom } from '../dialects/evidence.ts'

export type OAuthCredential = Extract<Credential, { kind: 'oauth' }>

/** A fresh pair, and the place the answer names for this login's requests. */
export interface TokenGrant {
  readonly credential: OAuthCredential
  readonly resourceUrl?: string
  /** Whom the answer speaks of, where it says so. */
  readonly answeredFor?: AnsweredFor
}

/** Marks, since names and addresses are nobody's business. */
export type AnsweredFor = { readonly [Claim in 'sub' | 'account' | 'email']?: string }

/** `terminal` = this token will never work again; `passing` = ask later; `not-oauth` = something else answered,
 * `no-token` = a success without one. */
export interface TokenProblem {
  readonly kind: 'terminal' | 'passing' | 'not-oauth' | 'no-token'
  /** RFC 6749 5.2 / RFC 8628 3.5 error code, where there is one. */
  readonly error?: string
  /** Undefined = no answer came at all. */
  readonly status?: number
  /** How long the server wants to be left alone (Retry-After). */
  readonly retryAfterMs?: number
  /** One line without a secret. */
  readonly evidence: Said
}

/** Five minutes: short enough to be harmless where a server tells no lifetime, long enough to be used. */
const UNTOLD_LIFETIME_S = 300
const LONGEST_LIFETIME_S = 400 * 86_400

/** Reads a success body; undefined where it holds no usable token. */
export function grantFrom(
  login: DeviceLogin,
  body: Readonly<Record<string, unknown>>,
  now: Date,
): TokenGrant | undefined {
  const accessToken = usable(body['access_token'])
  if (!accessToken) return undefined
  const refreshToken = usable(body['refresh_token'])
  const lifetimeS = Math.min(secondsIn(body['expires_in']) || UNTOLD_LIFETIME_S, LONGEST_LIFETIME_S)
  const resourceUrl = login.resourceUrl?.(body)
  return {
    credential: {
      kind: 'oauth',
      accessToken,
      ...(refreshToken && { refreshToken }),
      expiresAt: new Date(now.getTime() + lifetimeS * 1000),
    },
    ...(resourceUrl && { resourceUrl }),
  }
}

/** Tokens become header values: no control characters. The words "undefined" and "null" have been seen in their place. */
function usable(value: unknown): Secret | undefined {
  if (typeof value !== 'string' || value === 'undefined' || value === 'null') return undefined
  return /^[\x21-\x7e]+$/.test(value) ? new Secret(value) : undefined
}

/** A number of seconds, as a number or in a string; undefined for what is none. */
export function secondsIn(value: unknown): number | undefined {
  const told = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof told === 'number' && Number.isFinite(told) && told >= 0 ? told : undefined
}

/** A 400 or 401 that names grant, token or client is final; all else passes. */
const TERMINAL_ERRORS: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'invalid_token',
  'unsupported_grant_type',
])

/** `struck` takes out of the server's words what must not be told. */
export function problemFrom(status: number, body: unknown, struck = (text: string): string => text): TokenProblem {
  if (typeof body !== 'object' || body === null) {
    return { kind: 'not-oauth', status, evidence: phrase('token-answer-not-json', { status }) }
  }
  const { error, error_description: description } = body as Record<string, unknown>
  const code = typeof error === 'string' && error !== '' ? struck(error) : undefined
  const words = typeof description === 'string' ? struck(description) : ''
  const told = evidenceFrom([code, words].filter(Boolean).join(': '))
  const evidence = told || phrase('token-answer-without-reason', { status })
  const terminal = (status === 400 || status === 401) && code !== undefined && TERMINAL_ERRORS.has(code)
  return { kind: terminal ? 'terminal' : 'passing', ...(code && { error: code }), status, evidence }
}

/** What stands for a secret where it must be recognised but not known. */
export function secretMark(secret: Secret): string {
  return markOf(secret.reveal())
}

export function markOf(text: string): string {
  // Asked for where there is a login: node:crypto costs a command 4 ms.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')
}
