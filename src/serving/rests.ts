/** What rests after a failure; when the first of those that rest comes back. */
import type { Rejection } from '../core/decision.ts'
import { CONSEQUENCES, type Rest } from '../core/failure.ts'
import { keptSaid } from '../core/phrase.ts'
import { endOfDay } from '../quota/day.ts'
import type { Met } from './walk.ts'

/** What rests after a failure, and until when; undefined = nothing does. */
export function restAfter({ candidate, failure }: Met, now: Date): Rest | undefined {
  const { restMs } = CONSEQUENCES[failure.kind]
  if (restMs === 0 || failure.scope === 'request') return undefined
  const policy = candidate.provider.quota
  const until =
    failure.retryAt ??
    (failure.kind === 'quota' && policy ? endOfDay(policy.timeZone, now) : new Date(now.getTime() + restMs))
  return {
    scope: failure.scope,
    provider: candidate.provider.id,
    profile: candidate.profile.id,
    model: candidate.model.id,
    kind: failure.kind,
    evidence: keptSaid(failure.evidence),
    since: now,
    until,
  }
}

/** When the first of those that rest comes back. */
export function earliestReturn(met: readonly Met[], rejected: readonly Rejection[], now: Date): Date | undefined {
  const times = [
    ...met.flatMap((each) => restAfter(each, now)?.until ?? []),
    ...rejected.flatMap(({ reason }) =>
      reason.kind === 'resting' ? [reason.until] : reason.kind === 'quota-spent' ? [reason.left.resetsAt] : [],
    ),
  ]
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0]
}
