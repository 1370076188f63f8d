/** The error that a caller gets when nobody answered: the first failure's status, every attempt named. */
import { statusOf, type Decision, type Rejection } from '../core/decision.ts'
import { OpenClawError } from '../core/errors.ts'
import { CONSEQUENCES } from '../core/failure.ts'
import { providerNotFound, type Setup } from '../core/setup.ts'
import { inLanguage } from '../core/text.ts'
import type { Retirement } from '../core/provider.ts'
import { formatRef } from '../core/ref.ts'
import type { Met } from './walk.ts'

export interface Refused {
  readonly error: OpenClawError
  /** The failure kind or rejection that decided the status, for the error's `code`. */
  readonly reason: string
}

/** Failures of asked candidates come first: they are what happened; rejections say why nobody else was asked. */
export function refusal(
  met: readonly Met[],
  rejected: readonly Rejection[],
  attempts: readonly string[],
  setup: Setup,
): Refused {
  const [first] = met
  if (first) return { error: fromFailure(first, attempts), reason: first.failure.kind }
  const [decisive] = rejected
  if (!decisive)
    return {
      error: new OpenClawError('all-failed', { attempts: 'there is no candidate' }, { status: 503 }),
      reason: 'no-candidate',
    }
  return { error: fromRejection(decisive, rejected, attempts, setup), reason: decisive.reason.kind }
}

function fromFailure({ candidate, failure }: Met, attempts: readonly string[]): OpenClawError {
  const provider = candidate.provider.id
  const options = { status: CONSEQUENCES[failure.kind].status, ...(failure.retryAt && { retryAt: failure.retryAt }) }
  const detail = withAttempts(failure.evidence, attempts)
  const retired = failure.kind === 'auth-retired' ? candidate.provider.definition?.retired : undefined
  if (retired) return planRetired(retired, attempts)
  if (failure.during === 'refresh') {
    return new OpenClawError(
      'token-refresh-failed',
      { provider, detail },
      { ...options, status: failure.status ?? options.status },
    )
  }
  switch (failure.kind) {
    case 'auth':
      return new OpenClawError('oauth-failed', { provider, detail }, options)
    case 'rate-limit':
    case 'quota':
      return new OpenClawError('rate-limit-exceeded', { detail }, options)
    case 'model-missing':
      return new OpenClawError('model-not-found', { model: formatRef(candidate.ref), detail }, options)
    default:
      return new OpenClawError('all-failed', { attempts: `${formatRef(candidate.ref)}: ${detail}` }, options)
  }
}

function fromRejection(
  decisive: Rejection,
  all: readonly Rejection[],
  attempts: readonly string[],
  setup: Setup,
): OpenClawError {
  const { ref, reason } = decisive
  const { provider } = ref
  const status = statusOf(reason)
  const others = attempts.length > 1 ? ` (${attempts.join(', ')})` : ''
  switch (reason.kind) {
    case 'provider-not-found':
      return providerNotFound(setup, provider)
    case 'model-not-found':
      return new OpenClawError('model-not-found', { model: formatRef(ref) }, { status })
    case 'no-login':
    case 'profile-not-found':
      return new OpenClawError('no-login', { provider }, { status })
    case 'needs-login':
      return new OpenClawError('token-refresh-failed', { provider, detail: reason.evidence + others }, { status: 401 })
    case 'no-vision':
      return new OpenClawError('no-vision', { model: formatRef(ref) })
    case 'unset-variable':
      return new OpenClawError('unset-variable', { provider, variable: reason.variable }, { status })
    case 'quota-spent': {
      const { used, limit, resetsAt, timeZone } = reason.left
      const detail = `${used} of today's ${limit} requests are used; the day ends at ${resetsAt.toISOString()} (midnight in ${timeZone}).${others}`
      return new OpenClawError('rate-limit-exceeded', { detail }, { status, retryAt: earliest(all) ?? resetsAt })
    }
    case 'resting': {
      const retired = reason.failure === 'auth-retired' ? setup.providers.get(provider)?.definition?.retired : undefined
      if (retired) return planRetired(retired, attempts)
      const detail = `${formatRef(ref)} rests until ${reason.until.toISOString()} (${reason.failure}: ${reason.evidence}).${others}`
      const retryAt = earliest(all) ?? reason.until
      return status === 429
        ? new OpenClawError('rate-limit-exceeded', { detail }, { status, retryAt })
        : new OpenClawError('all-failed', { attempts: detail }, { status, retryAt })
    }
    default:
      return new OpenClawError('all-failed', { attempts: attempts.join(', ') }, { status })
  }
}

/** The truth about a closed plan: the login is fine, and these are the ways on. */
function planRetired(retired: Retirement, attempts: readonly string[]): OpenClawError {
  const words = [retired.text, ...retired.ways].map((text) => inLanguage(text, 'en')).join(' ')
  return new OpenClawError('plan-retired', { detail: withAttempts(words, attempts), run: retired.run })
}

/** When the first of those that rest comes back. */
export function earliest(rejected: Decision['rejected']): Date | undefined {
  const times = rejected.flatMap(({ reason }) =>
    reason.kind === 'resting' ? [reason.until] : reason.kind === 'quota-spent' ? [reason.left.resetsAt] : [],
  )
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0]
}

function withAttempts(text: string, attempts: readonly string[]): string {
  return attempts.length > 1 ? `${text} (${attempts.join(', ')})` : text
}
