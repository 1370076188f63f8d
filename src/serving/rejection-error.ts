/** A rejection as the error of its caller, for when nobody was asked. */
import { statusOf, type Rejection } from '../core/decision.ts'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { formatRef } from '../core/ref.ts'
import { noKey, providerNotFound, type Setup } from '../core/setup.ts'
import { planRetired } from './plan-retired.ts'
import { earliestReturn, returnOf } from './rests.ts'
import { triedIn, type Story } from './story.ts'

export function fromRejection(
  decisive: Rejection,
  story: Story,
  { setup, now }: { readonly setup: Setup; readonly now: Date },
): OpenClawError {
  const { ref, reason } = decisive
  const { provider } = ref
  const status = statusOf(reason)
  const tried = triedIn(story)
  switch (reason.kind) {
    case 'provider-not-found':
      return providerNotFound(setup, provider)
    case 'model-not-found':
      return new OpenClawError('model-not-found', { model: formatRef(ref) }, { status })
    case 'profile-not-found':
      return new OpenClawError(
        'model-not-found',
        {
          model: formatRef(ref),
          detail: phrase('no-such-profile', { profile: ref.profile ?? '' }),
          profile: ref.profile ?? '',
        },
        { status },
      )
    case 'no-login': {
      const { login, definition } = setup.providers.get(provider) ?? {}
      const variables = definition?.key?.places.flatMap((place) => place.env) ?? setup.withoutKey.get(provider)
      if (variables) return noKey(provider, variables)
      return login
        ? new OpenClawError('no-login', { provider, ...(reason.evidence && { detail: reason.evidence }) }, { status })
        : new OpenClawError('login-not-offered', { provider }, { status })
    }
    case 'needs-login':
      return new OpenClawError(
        'token-refresh-failed',
        { provider, detail: reason.evidence, ...(decisive.profile && { profile: decisive.profile }), ...tried },
        { status: reason.status ?? status },
      )
    case 'no-vision':
      return new OpenClawError('no-vision', { model: formatRef(ref) })
    case 'no-tools':
      return new OpenClawError('no-tools', { model: formatRef(ref) })
    case 'cannot-carry':
      return new OpenClawError('cannot-carry', { model: formatRef(ref), param: reason.param, detail: reason.message })
    case 'window-too-small': {
      const { window, tokens } = reason
      return new OpenClawError('window-too-small', { model: formatRef(ref), window, tokens })
    }
    case 'unset-variable':
      return new OpenClawError('unset-variable', { provider, variable: reason.variable }, { status })
    case 'locked': {
      const command = 'openclaw models auth store'
      return new OpenClawError('secrets-locked', { detail: reason.evidence, command }, { status })
    }
    case 'state-unwritable':
      return new OpenClawError('state-unwritable', { detail: phrase('not-counted', { model: formatRef(ref) }) })
    case 'quota-spent': {
      const { used, limit, resetsAt, timeZone } = reason.left
      const retryAt = earliestReturn([], story.rejected, now) ?? resetsAt
      const day = { used, limit, resetsAt: resetsAt.toISOString(), timeZone }
      return new OpenClawError('quota-spent', { ...day, ...tried }, { status, retryAt })
    }
    case 'resting': {
      const retired = reason.failure === 'auth-retired' ? setup.providers.get(provider)?.definition?.retired : undefined
      if (retired) return planRetired(retired, tried)
      const { evidence } = reason
      const until = returnOf(reason)
      const retryAt = earliestReturn([], story.rejected, now) ?? until
      const rest = { model: formatRef(ref), until: until.toISOString(), evidence, isLimit: status === 429 }
      return new OpenClawError('model-resting', { ...rest, ...tried }, { status, retryAt })
    }
    case 'no-base-url':
      return new OpenClawError('no-base-url', { provider }, { status })
    case 'plain-http':
      return new OpenClawError('plain-http', { provider, address: reason.address }, { status })
    case 'dialect-not-spoken':
      return new OpenClawError('dialect-not-spoken', { provider, api: reason.api }, { status })
    case 'too-many-hops':
      return new OpenClawError('no-candidate', { passed: story.attempts }, { status })
  }
}
