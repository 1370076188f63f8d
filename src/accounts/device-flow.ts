/** Waits for a person to approve a device code: RFC 8628 3.5, with the ways in which servers differ from it. */
import { OpenClawError } from '../core/errors.ts'
import { hostMatches } from '../core/host.ts'
import type { Said } from '../core/phrase.ts'
import type { Clock } from '../core/ports.ts'
import type { DeviceLogin } from '../core/provider.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import type { DeviceAuthorization, OAuthClient } from './oauth-client.ts'
import type { TokenGrant, TokenProblem } from './tokens.ts'

export type DeviceFlowEvent =
  | {
      readonly kind: 'code'
      readonly userCode: string
      /** What to open, verbatim as the server gave it; it names the code already where `complete` is true. */
      readonly url: string
      readonly complete: boolean
      /** Where that page lies: a host of the provider's. */
      readonly host: string
      /** When this login was begun here; a code that somebody else sent was not. */
      readonly startedAt: Date
      readonly expiresAt: Date
    }
  | { readonly kind: 'waiting'; readonly leftMs: number; readonly problem?: Said }

/** RFC 8628 3.2: without an `interval` five seconds; a server's own is kept, but two at least. */
const UNTOLD_INTERVAL_MS = 5_000
const SHORTEST_INTERVAL_MS = 2_000
/** RFC 8628 3.5: each slow_down adds five seconds, for good. */
const SLOW_DOWN_MS = 5_000
/** RFC 8628 3.5: where nothing answers, each try waits twice as long as the one before. */
const LONGEST_PAUSE_MS = 60_000

/**
 * Ends in a grant, or throws `oauth-failed` with the reason; the signal's abort throws `login-cancelled`, even when the
 * grant was on its way. No poll comes earlier than the server allows, the last one before the deadline neither.
 */
export async function* deviceFlow(
  provider: string,
  login: DeviceLogin,
  { client, clock, signal }: { readonly client: OAuthClient; readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<DeviceFlowEvent, TokenGrant> {
  const failed = (problem: TokenProblem): OpenClawError => signInFailure(provider, problem)
  const expired = (last?: Said): OpenClawError =>
    new OpenClawError('login-expired', { provider, ...(last && { last }) })

  const started = clock.monotonicMs()
  const startedAt = clock.now()
  const asked = await client.authorizeDevice(signal)
  throwIfCancelled(signal)
  if (asked.kind === 'failed') throw failed(asked.problem)
  const authorization = asked.value
  const deadline = started + authorization.expiresInS * 1_000
  yield shown(authorization, { provider, login, startedAt })

  let intervalMs = Math.max(
    authorization.intervalS === undefined ? UNTOLD_INTERVAL_MS : authorization.intervalS * 1_000,
    SHORTEST_INTERVAL_MS,
  )
  let pauseMs = intervalMs
  let unansweredInARow = 0
  let problem: Said | undefined
  while (true) {
    const leftMs = deadline - clock.monotonicMs()
    if (leftMs <= 0) throw expired(problem)
    yield { kind: 'waiting', leftMs, ...(problem && { problem }) }
    await clock.sleep(Math.min(pauseMs, leftMs), signal).catch(() => undefined) // an abort is looked at below
    throwIfCancelled(signal)
    if (pauseMs >= leftMs) continue
    const answer = await client.redeemDeviceCode(authorization, signal)
    throwIfCancelled(signal)
    if (answer.kind === 'ok') return answer.value
    const { error, status, evidence, retryAfterMs = 0 } = answer.problem
    problem = undefined
    unansweredInARow = status === undefined ? unansweredInARow + 1 : 0
    switch (error) {
      case 'authorization_pending':
        break
      case 'slow_down':
        intervalMs += SLOW_DOWN_MS
        break
      case 'access_denied':
        throw new OpenClawError('login-refused', { provider }, statusMet(status))
      case 'expired_token':
        throw new OpenClawError('login-expired', { provider }, statusMet(status))
      default:
        if (isFinal(answer.problem)) throw failed(answer.problem)
        if (status === 429) intervalMs += SLOW_DOWN_MS
        problem = evidence
    }
    const backedOffMs = Math.min(intervalMs * 2 ** unansweredInARow, Math.max(LONGEST_PAUSE_MS, intervalMs))
    pauseMs = Math.max(backedOffMs, retryAfterMs)
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new OpenClawError('login-cancelled', {})
}

/** A refusal, a page instead of JSON, a success without tokens: waiting mends none. A broken network or server may. */
function isFinal({ status }: TokenProblem): boolean {
  return status !== undefined && status < 500 && status !== 408 && status !== 429
}

function signInFailure(provider: string, { kind, status, evidence }: TokenProblem): OpenClawError {
  const met = statusMet(status)
  if (kind === 'not-oauth') return new OpenClawError('login-page', { provider, met: status ?? 0 }, met)
  if (kind === 'no-token') return new OpenClawError('login-no-token', { provider }, met)
  if (status === undefined) return new OpenClawError('login-unreachable', { provider, reason: evidence })
  return new OpenClawError('oauth-failed', { provider, detail: evidence }, met)
}

/** A success that was none leaves the table's status. */
function statusMet(status: number | undefined): { readonly status?: number } {
  return status === undefined || status < 400 ? {} : { status }
}

/** RFC 3986, 2: with other signs in it (a backslash, say), two programs would read two hosts. */
const ADDRESS = /^[\w.~:/?#[\]@!$&'()*+,;=%-]{1,2000}$/

/** What a person may be shown: nothing that could be another's page or an order to the terminal. */
function shown(
  { userCode, verificationUri, verificationUriComplete, expiresInS }: DeviceAuthorization,
  { provider, login, startedAt }: { readonly provider: string; readonly login: DeviceLogin; readonly startedAt: Date },
): DeviceFlowEvent {
  if (!/^[\x21-\x7e]{1,64}$/.test(userCode)) throw new OpenClawError('login-bad-code', { provider })
  const url = verificationUriComplete ?? verificationUri
  const checked = checkUpstreamUrl(url)
  if (checked.kind !== 'ok' || !ADDRESS.test(url)) throw new OpenClawError('login-bad-address', { provider })
  const { hostname: host } = checked.url
  if (host !== URL.parse(login.baseUrl)?.hostname && !hostMatches(host, login.verificationHosts)) {
    throw new OpenClawError('login-foreign-address', { provider, host })
  }
  return {
    kind: 'code',
    userCode,
    url,
    complete: verificationUriComplete !== undefined,
    host: checked.url.host,
    startedAt,
    expiresAt: new Date(startedAt.getTime() + expiresInS * 1_000),
  }
}
