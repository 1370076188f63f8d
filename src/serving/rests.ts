/** What rests after a failure; when the first of those that rest comes back. */
import type { Rejection } from '../core/decision.ts'
import { CONSEQUENCES, type Rest } from '../core/failure.ts'
import { keptSaid } from '../core/phrase.ts'
import { endOfDay } from '../quota/day.ts'
import { forWantOf } from '../routing/decide.ts'
import type { Met } from './walk.ts'

/** A day that nobody told the end of may begin earlier than we believe; so may a week that the upstream told. */
const PROBE_MS = 10 * 60_000
const TOLD_BELIEVED_MS = 60 * 60_000

/** What rests after a failure, and until when; undefined = nothing does. */
export function restAfter({ candidate, failure }: Met, now: Date): Rest | undefined {
  const { restMs } = CONSEQUENCES[failure.kind]
  if (restMs === 0 || failure.scope === 'request') return undefined
  const policy = candidate.provider.quota
  const until =
    failure.retryAt ??
    (failure.kind === 'quota' && policy ? endOfDay(policy.timeZone, now) : new Date(now.getTime() + restMs))
  const isTold = failure.retryAt !== undefined && CONSEQUENCES[failure.kind].passes
  const probeAt = new Date(now.getTime() + (isTold ? TOLD_BELIEVED_MS : PROBE_MS))
  return {
    scope: failure.scope,
    provider: candidate.provider.id,
    profile: candidate.profile.id,
    model: candidate.model.id,
    kind: failure.kind,
    evidence: keptSaid(failure.evidence),
    since: now,
    until,
    ...(failure.kind === 'quota' && probeAt < until && { probeAt }),
    ...(isTold && { isTold }),
  }
}

/** When the first of those that rest can be asked again: by then nobody else can. */
export function earliestReturn(met: readonly Met[], rejected: readonly Rejection[], now: Date): Date | undefined {
  const times = [
    ...met.flatMap((each) => {
      const rest = each.rest ?? restAfter(each, now)
      return rest ? returnOf({ ...rest, forWantAt: forWantOf([rest], now) }) : []
    }),
    ...rejected.flatMap(({ reason }) =>
      reason.kind === 'resting' ? [returnOf(reason)] : reason.kind === 'quota-spent' ? [reason.left.resetsAt] : [],
    ),
  ]
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0]
}

/** When it can be asked again, where nobody else can be. */
export function returnOf({ until, forWantAt }: { readonly until: Date; readonly forWantAt?: Date | undefined }): Date {
  return forWantAt && forWantAt < until ? forWantAt : until
}
