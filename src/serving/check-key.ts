/** One cheap call that tells whether a key is good at an address. */
import type { Credential } from '../core/credential.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { KeyCheck } from '../core/key-login.ts'
import type { ProxyRule } from '../core/network.ts'
import { phrase } from '../core/phrase.ts'
import type { Clock, HttpClient, OutgoingRequest } from '../core/ports.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { upstreamDialect } from '../dialects/formats.ts'
import { fieldsOf, parsedJson } from '../dialects/fields.ts'
import { comeBackHeaders } from '../dialects/retry-after.ts'
import { failureFromProblem } from '../dialects/transport-failure.ts'
import { collect } from '../net/collect.ts'
import { secretOf, strikeOut } from './struck-out.ts'
import { header } from './taking.ts'

export type KeyVerdict =
  /** `failure` = what was refused to somebody whom the server knows. */
  | { readonly kind: 'good'; readonly failure?: UpstreamFailure }
  /** The key is genuine, but its account cannot be asked now: unpaid, used up, not activated. */
  | { readonly kind: 'spent'; readonly failure: UpstreamFailure }
  | { readonly kind: 'refused'; readonly failure: UpstreamFailure }
  /** Nobody said anything about the key. */
  | { readonly kind: 'unknown'; readonly failure: UpstreamFailure }

export interface KeyedAddress {
  readonly definition: Pick<ProviderDefinition, 'dialect' | 'headers' | 'readFailure'> & {
    /** Without one, its list of models is asked for. */
    readonly key?: { readonly check: KeyCheck }
  }
  readonly baseUrl: string
  readonly credential: Credential
  /** The provider's own, in the place of the general one. */
  readonly proxy?: ProxyRule
}

export interface KeyCheckMeans {
  readonly http: HttpClient
  readonly clock: Clock
  readonly userAgent: string
  readonly signal: AbortSignal
  /** In the place of our own. */
  readonly limits?: Pick<OutgoingRequest, 'connectMs' | 'headMs' | 'idleMs' | 'totalMs' | 'once'>
}

const DEADLINES = { connectMs: 10_000, headMs: 30_000, idleMs: 10_000, totalMs: 60_000 } as const
const LONGEST_BYTES = 8 * 1_024 * 1_024

/** Never rejects. Secrets are struck out of what the server said. */
export async function checkKey(address: KeyedAddress, means: KeyCheckMeans): Promise<KeyVerdict> {
  const { definition, credential } = address
  const dialect = upstreamDialect(definition.dialect)
  const struck = strikeOut(credential)
  const read = dialect.failureReader(definition.readFailure)
  const now = (): Date => means.clock.now()
  const answer = await collect(
    means.http,
    {
      ...checkRequest(address, dialect.path),
      headers: headersOf(address, means.userAgent),
      ...(means.limits ?? DEADLINES),
    },
    { maxBytes: LONGEST_BYTES, signal: means.signal },
  )
  if ('problem' in answer) return { kind: 'unknown', failure: failureFromProblem(answer.problem) }
  const { status, headers, body } = answer
  const contentType = header(headers, 'content-type') ?? ''
  const readFailure: typeof read = (failed) => struck.failure(read(struck.answer(failed)))
  if (status < 200 || status >= 300) {
    const text = body.toString('utf8')
    const failed = { status, contentType, text, json: parsedJson(text), ...comeBackHeaders(headers), now: now() }
    return verdictOf(readFailure(failed))
  }
  if (definition.key && 'get' in definition.key.check) {
    if (fieldsOf(parsedJson(body.toString('utf8')))) return { kind: 'good' }
    const evidence = phrase('token-answer-not-json', { status })
    return { kind: 'unknown', failure: { kind: 'malformed', scope: 'provider', evidence, status } }
  }
  const { verdict } = dialect.readAnswer(body, { readFailure, now, strike: struck.text, contentType })
  return verdict.kind === 'complete' ? { kind: 'good' } : verdictOf(struck.failure(verdict.failure))
}

function checkRequest(
  { definition, baseUrl, proxy }: KeyedAddress,
  chatPath: string,
): Pick<OutgoingRequest, 'method' | 'url' | 'body' | 'proxy'> {
  const check = definition.key?.check ?? { get: '/models' }
  const way = proxy && { proxy }
  if ('get' in check) return { method: 'GET', url: baseUrl + check.get, ...way }
  const body = { model: check.chat, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }
  return { method: 'POST', url: baseUrl + chatPath, body: Buffer.from(JSON.stringify(body)), ...way }
}

/** The credential, and who we are. */
export function headersOf({ definition, credential }: KeyedAddress, userAgent: string): readonly string[] {
  const secret = secretOf(credential)
  return [
    ...upstreamDialect(definition.dialect).headers(secret?.reveal()),
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'accept-encoding',
    'identity',
    'user-agent',
    userAgent,
    ...Object.entries(definition.headers ?? {}).flat(),
  ]
}

/** A server looks at the key first: whatever else it refuses, it refuses to somebody whom it knows. */
function verdictOf(failure: UpstreamFailure): KeyVerdict {
  switch (failure.kind) {
    case 'auth':
    case 'auth-retired':
      // Nothing is at that address, so that the key was not looked at.
      return { kind: failure.status === 401 || failure.status === 403 ? 'refused' : 'unknown', failure }
    case 'billing':
    case 'quota':
    case 'rate-limit':
      return { kind: 'spent', failure }
    case 'model-missing':
      return failure.status === 403 ? { kind: 'spent', failure } : { kind: 'good', failure }
    case 'bad-request':
    case 'context-too-long':
    case 'filtered':
      return { kind: 'good', failure }
    case 'overload':
    case 'network':
    case 'malformed':
    case 'timeout':
      return { kind: 'unknown', failure }
  }
}
