/** One candidate, asked at most twice: again only where the failure says that it may help. */
import type { Candidate } from '../core/decision.ts'
import { CONSEQUENCES, type UpstreamFailure } from '../core/failure.ts'
import { phrase } from '../core/phrase.ts'
import { retirementAt } from '../core/retirement.ts'
import { askOnce } from './ask-once.ts'
import { SHORT_WAIT_MS, type Asking, type Outcome } from './order.ts'
import { BELIEVED_MS } from './stubborn.ts'

const UNAUTHORIZED = 401

export async function ask(candidate: Candidate, asking: Asking): Promise<Outcome> {
  const { provider, profile } = candidate
  const { accounts } = asking.means
  const access = await accounts.access(provider, profile)
  if (access.kind === 'failed') return told(access.failure, asking)
  const { credential } = access
  const first = await askOnce(candidate, credential, asking)
  if (first.kind !== 'failed') return first
  asking.told(first.failure)

  if (CONSEQUENCES[first.failure.kind].sameAgain === 'after-refresh') {
    // A forbidden country or a wrong base URL is not mended by a new token.
    if (first.failure.status !== UNAUTHORIZED) return first
    const renewed = await accounts.renewed(provider, profile, credential)
    if (renewed.kind === 'failed') {
      // A key cannot be renewed: what the upstream said of it holds.
      return credential.kind === 'oauth' ? { kind: 'failed', failure: renewed.failure } : first
    }
    const second = await askOnce(candidate, renewed.credential, asking)
    return second.kind === 'failed' ? told(outlivedRenewal(candidate, second.failure, asking), asking) : second
  }

  const isWithoutUsage = asking.order.request.stream && asking.means.streamUsage.refused(candidate, first.failure)
  if (!isWithoutUsage && !(await mayAskAgain(candidate, first.failure, asking))) return first
  const second = await askOnce(candidate, credential, asking)
  return second.kind === 'failed' ? told(second.failure, asking) : second
}

function told(failure: UpstreamFailure, asking: Asking): Outcome {
  asking.told(failure)
  return { kind: 'failed', failure }
}

/** Waits for it, where that is short. Nobody is asked before the time that it told. */
async function mayAskAgain(candidate: Candidate, failure: UpstreamFailure, asking: Asking): Promise<boolean> {
  const { clock, budget } = asking.means
  const { retryAt } = failure
  const { sameAgain } = CONSEQUENCES[failure.kind]
  if (sameAgain === 'no' || (sameAgain === 'if-soon' && !retryAt)) return false
  const waitMs = retryAt ? retryAt.getTime() - clock.now().getTime() : 0
  if (waitMs > SHORT_WAIT_MS || !budget.take(candidate.provider.id)) return false
  if (waitMs > 0) await clock.sleep(waitMs, asking.order.reply.gone).catch(() => undefined) // a caller that left is seen before the next call
  return true
}

/**
 * A 401 that outlives a renewal is no matter of the login: at a host whose plan was closed it is that, elsewhere nobody
 * knows, and neither a renewal a minute nor a sign-in will help.
 */
function outlivedRenewal(candidate: Candidate, failure: UpstreamFailure, { means }: Asking): UpstreamFailure {
  if (failure.kind !== 'auth' || failure.status !== UNAUTHORIZED) return failure
  if (retirementAt(candidate.provider, candidate.profile)) return { ...failure, kind: 'auth-retired', scope: 'account' }
  const retryAt = new Date(means.clock.now().getTime() + BELIEVED_MS)
  return { ...failure, evidence: phrase('refused-though-renewed', { words: failure.evidence }), retryAt }
}
