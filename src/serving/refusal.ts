/** The error that a caller gets when nobody answered: the first failure's status, every attempt named. */
import { isUnfit, statusOf } from '../core/decision.ts'
import { OpenClawError } from '../core/errors.ts'
import { CONSEQUENCES } from '../core/failure.ts'
import { fromFailure } from './failure-error.ts'
import { fromRejection } from './rejection-error.ts'
import type { RefusalMeans, Story } from './story.ts'

export interface Refused {
  readonly error: OpenClawError
  /** What an HTTP caller gets; the error's own is the one that was met. */
  readonly status: number
  /** The failure kind or rejection that decided the status, for the error's `code`. */
  readonly reason: string
}

/** Failures of asked candidates come first: they are what happened; rejections say why nobody else was asked. */
export function refusal(story: Story, { setup, now, request }: RefusalMeans): Refused {
  const [first] = story.met
  if (first) {
    const { kind } = first.failure
    const error = fromFailure(first, story, { now, request })
    return { error, status: error.code === 'auth-busy' ? error.status : CONSEQUENCES[kind].status, reason: kind }
  }
  // Who cannot take it says nothing of those who can.
  const decisive = story.rejected.find(({ reason }) => !isUnfit(reason)) ?? story.rejected[0]
  if (!decisive) {
    const error = new OpenClawError('no-candidate', {})
    return { error, status: error.status, reason: 'no-candidate' }
  }
  const { reason } = decisive
  const error = fromRejection(decisive, story, { setup, now })
  return { error, status: error.code === 'plan-retired' ? error.status : statusOf(reason), reason: reason.kind }
}
