/** A failure as the error of its caller. */
import { nameOf } from '../core/decision.ts'
import { OpenClawError } from '../core/errors.ts'
import { CONSEQUENCES, isElsewhere } from '../core/failure.ts'
import { formatRef } from '../core/ref.ts'
import { planRetired } from './plan-retired.ts'
import { earliestReturn } from './rests.ts'
import { triedIn, type RefusalMeans, type Story } from './story.ts'
import type { Met } from './walk.ts'

type FailureMeans = Omit<RefusalMeans, 'setup'>

export function fromFailure({ candidate, failure }: Met, story: Story, means: FailureMeans): OpenClawError {
  const { now, request } = means
  const provider = candidate.provider.id
  const { passes, status } = CONSEQUENCES[failure.kind]
  const retryAt = passes ? earliestReturn(story.met, story.rejected, now) : undefined
  const options = { status, ...(retryAt && { retryAt }) }
  const tried = triedIn(story)
  const { id: profile, variable } = candidate.profile
  // A variable's key has no login to be made anew.
  const named = variable === undefined ? { profile } : {}
  const said = { provider, detail: failure.evidence, ...tried }
  const retired = failure.kind === 'auth-retired' ? candidate.provider.definition?.retired : undefined
  if (retired) return planRetired(retired, tried)
  if (failure.during === 'wait') {
    return new OpenClawError('auth-busy', said, { ...(failure.retryAt && { retryAt: failure.retryAt }) })
  }
  if (failure.during === 'refresh') {
    return new OpenClawError(
      'token-refresh-failed',
      { ...said, ...named },
      { ...options, status: failure.status ?? options.status },
    )
  }
  const allFailed = (): OpenClawError =>
    new OpenClawError(
      'all-failed',
      { model: formatRef(candidate.ref), detail: failure.evidence, request, ...askedIn(story), ...tried },
      options,
    )
  switch (failure.kind) {
    case 'auth':
      if (failure.status !== undefined && isElsewhere(failure.status)) {
        const { status: answered } = failure
        return new OpenClawError('wrong-address', { ...said, status: answered }, { ...options, status: answered })
      }
      return new OpenClawError(
        'oauth-failed',
        {
          ...said,
          ...named,
          isKey: candidate.profile.credential?.kind !== 'oauth',
          takesKey: candidate.provider.definition?.key !== undefined,
        },
        { ...options, status: failure.status ?? options.status },
      )
    case 'rate-limit':
    case 'quota':
      return new OpenClawError('rate-limit-exceeded', { ...said, request }, options)
    case 'filtered': {
      // Past one filter nobody was led: how to be is what helps.
      if (story.met.length > 1) return allFailed()
      const { provider: _, ...what } = said
      return new OpenClawError('content-filtered', { model: formatRef(candidate.ref), ...what }, options)
    }
    case 'model-missing':
      return new OpenClawError(
        'model-not-found',
        { model: formatRef(candidate.ref), detail: failure.evidence, ...tried },
        options,
      )
    default:
      return allFailed()
  }
}

/** One model is named by its own error. */
function askedIn({ met }: Story): { readonly asked?: number } {
  const asked = new Set(met.map(({ candidate }) => nameOf(candidate))).size
  return asked > 1 ? { asked } : {}
}
