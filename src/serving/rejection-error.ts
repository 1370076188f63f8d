/** A rejection as the error of its caller, for when nobody was asked. */
import { statusOf, type Rejection } from '../core/decision.ts'
import { OpenClawError } from '../core/errors.ts'
import { formatRef } from '../core/ref.ts'
import { providerNotFound, type Setup } from '../core/setup.ts'
import { planRetired, withAttempts } from './plan-retired.ts'
import { earliestReturn } from './rests.ts'
import type { Story } from './story.ts'

export function fromRejection(
  decisive: Rejection,
  { rejected, attempts }: Story,
  { setup, now }: { readonly setup: Setup; readonly now: Date },
): OpenClawError {
  const { ref, reason } = decisive
  const { provider } = ref
  const status = statusOf(reason)
  switch (reason.kind) {
    case 'provider-not-found':
      return providerNotFound(setup, provider)
    case 'model-not-found':
      return new OpenClawError('model-not-found', { model: formatRef(ref) }, { status })
    case 'profile-not-found':
      return new OpenClawError(
        'model-not-found',
        { model: formatRef(ref), detail: `there is no login ${ref.profile ?? ''}.` },
        { status },
      )
    case 'no-login':
      return setup.providers.get(provider)?.login
        ? new OpenClawError('no-login', { provider }, { status })
        : new OpenClawError('login-not-offered', { provider }, { status })
    case 'needs-login':
      return new OpenClawError(
        'token-refresh-failed',
        { provider, detail: withAttempts(reason.evidence, attempts) },
        { status: reason.status ?? status },
      )
    case 'no-vision':
      return new OpenClawError('no-vision', { model: formatRef(ref) })
    case 'unset-variable':
      return new OpenClawError('unset-variable', { provider, variable: reason.variable }, { status })
    case 'state-unwritable':
      return new OpenClawError('state-unwritable', { detail: `${formatRef(ref)} was not asked, as it must be counted` })
    case 'quota-spent': {
      const { used, limit, resetsAt, timeZone } = reason.left
      const detail = `${used} of today's ${limit} requests are used; the day ends at ${resetsAt.toISOString()} (midnight in ${timeZone}).`
      const retryAt = earliestReturn([], rejected, now) ?? resetsAt
      return new OpenClawError('rate-limit-exceeded', { detail: withAttempts(detail, attempts) }, { status, retryAt })
    }
    case 'resting': {
      const retired = reason.failure === 'auth-retired' ? setup.providers.get(provider)?.definition?.retired : undefined
      if (retired) return planRetired(retired, attempts)
      const words = `${formatRef(ref)} rests until ${reason.until.toISOString()} (${reason.failure}: ${reason.evidence}).`
      const detail = withAttempts(words, attempts)
      const retryAt = earliestReturn([], rejected, now) ?? reason.until
      return status === 429
        ? new OpenClawError('rate-limit-exceeded', { detail }, { status, retryAt })
        : new OpenClawError('all-failed', { attempts: detail }, { status, retryAt })
    }
    default:
      return new OpenClawError('all-failed', { attempts: attempts.join(', ') }, { status })
  }
}
