/** Waits for a person to approve a device code: RFC 8628 3.5, with the ways in which servers differ from it. */
import { OpenClawError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { DeviceLogin } from '../core/provider.ts'
import { checkUpstreamUrl, hostMatches } from '../net/address.ts'
import type { DeviceAuthorization, OAuthClient } from './oauth-client.ts'
import type { TokenGrant, TokenProblem } from './tokens.ts'

export type DeviceFlowEvent =
  | {
      readonly kind: 'code'
      readonly userCode: string
      /** What to open, verbatim as the server gave it; it names the code already where `complete` is true. */
      readonly url: string
      readonly complete: boolean
      readonly expiresAt: Date
    }
  | { readonly kind: 'waiting'; readonly leftMs: number; readonly problem?: string }

/** RFC 8628 3.2: without an `interval` five seconds; a server's own is kept, but two at least. */
const UNTOLD_INTERVAL_MS = 5_000
const SHORTEST_INTERVAL_MS = 2_000
/** RFC 8628 3.5: each slow_down adds five seconds, for good. */
const SLOW_DOWN_MS = 5_000

/** Ends in a grant, or throws `oauth-failed` with the reason; the signal's abort throws `login-cancelled`. */
export async function* deviceFlow(
  provider: string,
  login: DeviceLogin,
  { client, clock, signal }: { readonly client: OAuthClient; readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<DeviceFlowEvent, TokenGrant> {
  const failed = (detail: string, status?: number): OpenClawError<'oauth-failed'> =>
    new OpenClawError('oauth-failed', { provider, detail }, status === undefined ? {} : { status })

  const started = clock.monotonicMs()
  const asked = await client.authorizeDevice()
  if (asked.kind === 'failed') throw failed(asked.problem.evidence, refusalStatus(asked.problem))
  const authorization = asked.value
  const deadline = started + authorization.expiresInS * 1_000
  yield shown(authorization, login, clock, failed)

  let intervalMs = Math.max(
    authorization.intervalS === undefined ? UNTOLD_INTERVAL_MS : authorization.intervalS * 1_000,
    SHORTEST_INTERVAL_MS,
  )
  let problem: string | undefined
  while (true) {
    const leftMs = deadline - clock.monotonicMs()
    if (leftMs <= 0) throw failed('The code expired before it was approved.')
    yield { kind: 'waiting', leftMs, ...(problem && { problem }) }
    await clock.sleep(Math.min(intervalMs, leftMs), signal).catch(() => undefined) // an abort is looked at below
    if (signal.aborted) throw new OpenClawError('login-cancelled', {})
    const answer = await client.redeemDeviceCode(authorization)
    if (signal.aborted && answer.kind === 'failed') throw new OpenClawError('login-cancelled', {})
    if (answer.kind === 'ok') return answer.value
    problem = undefined
    switch (answer.problem.error) {
      case 'authorization_pending':
        break
      case 'slow_down':
        intervalMs += SLOW_DOWN_MS
        break
      case 'access_denied':
        throw failed('The login was refused on the approval page.', answer.problem.status)
      case 'expired_token':
        throw failed('The code expired before it was approved.', answer.problem.status)
      default:
        if (isFinal(answer.problem)) throw failed(answer.problem.evidence, refusalStatus(answer.problem))
        problem = answer.problem.evidence
    }
  }
}

/** A refusal, or a 401 of any kind, will not change by asking again; a broken network or server may. */
function isFinal({ kind, status, error }: TokenProblem): boolean {
  if (kind === 'terminal' || status === 401) return true
  // A success without tokens, or a page instead of JSON, is an answer that waiting does not mend.
  if (status === 200) return true
  return (
    error === undefined && status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429
  )
}

function refusalStatus({ status }: TokenProblem): number | undefined {
  return status === undefined || status < 400 ? undefined : status
}

function shown(
  authorization: DeviceAuthorization,
  login: DeviceLogin,
  clock: Clock,
  failed: (detail: string) => Error,
): DeviceFlowEvent {
  const { userCode, verificationUri, verificationUriComplete, expiresInS } = authorization
  if (!/^[\x21-\x7e]{1,64}$/.test(userCode)) throw failed('The server sent a code that cannot be shown.')
  const url = verificationUriComplete ?? verificationUri
  const checked = checkUpstreamUrl(url)
  const own = new URL(login.baseUrl).hostname
  if (checked.kind !== 'ok' || /[^\x21-\x7e]/.test(url))
    throw failed('The server sent an approval address that is not a web address.')
  if (checked.url.hostname !== own && !hostMatches(checked.url.hostname, login.verificationHosts)) {
    throw failed(`The server sent an approval address at ${checked.url.hostname}, which is not the provider's.`)
  }
  return {
    kind: 'code',
    userCode,
    url,
    complete: verificationUriComplete !== undefined,
    expiresAt: new Date(clock.now().getTime() + expiresInS * 1_000),
  }
}
