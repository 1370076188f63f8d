/** One candidate, asked at most twice: again only where the failure says that it may help. */
import type { Candidate } from '../core/decision.ts'
import { CONSEQUENCES, type UpstreamFailure } from '../core/failure.ts'
import { addressOf } from '../core/provider.ts'
import { hostMatches } from '../net/address.ts'
import { askOnce } from './ask-once.ts'
import { SHORT_WAIT_MS, type Asking, type Outcome } from './order.ts'

export async function ask(candidate: Candidate, asking: Asking): Promise<Outcome> {
  const { means, order, told } = asking
  const access = await means.accounts.access(candidate.provider, candidate.profile)
  if (access.kind === 'failed') {
    told(access.failure)
    return { kind: 'failed', failure: access.failure }
  }
  const first = await askOnce(candidate, access.credential, asking)
  if (first.kind !== 'failed') return first
  told(first.failure)
  switch (CONSEQUENCES[first.failure.kind].sameAgain) {
    case 'no':
      return first
    case 'after-refresh': {
      const renewed = await means.accounts.renewed(candidate.provider, candidate.profile, access.credential)
      if (renewed.kind === 'failed')
        return access.credential.kind === 'oauth' ? { kind: 'failed', failure: renewed.failure } : first
      const second = await askOnce(candidate, renewed.credential, asking)
      if (second.kind === 'failed') {
        const failure = retiredOr(candidate, second.failure)
        told(failure)
        return { kind: 'failed', failure }
      }
      return second
    }
    case 'if-soon': {
      const waitMs = (first.failure.retryAt?.getTime() ?? Number.POSITIVE_INFINITY) - means.clock.now().getTime()
      if (waitMs > SHORT_WAIT_MS || !means.budget.take(candidate.provider.id)) return first
      await means.clock.sleep(Math.max(waitMs, 0), order.reply.gone).catch(() => undefined) // a caller that left is seen below
      break
    }
    case 'within-budget':
      if (!means.budget.take(candidate.provider.id)) return first
  }
  if (order.reply.gone.aborted) return { kind: 'gone' }
  const second = await askOnce(candidate, access.credential, asking)
  if (second.kind === 'failed') told(second.failure)
  return second
}

/** A 401 that outlives a refresh, at a host whose plan was closed, is no matter of the login. */
function retiredOr(candidate: Candidate, failure: UpstreamFailure): UpstreamFailure {
  const { retired } = candidate.provider.definition ?? {}
  const host = URL.parse(addressOf(candidate.provider, candidate.profile) ?? '')?.hostname ?? ''
  if (failure.kind !== 'auth' || !retired || !hostMatches(host, retired.hosts)) return failure
  return { ...failure, kind: 'auth-retired', scope: 'account' }
}
