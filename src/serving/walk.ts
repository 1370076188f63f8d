/** After a failure: may this candidate be asked again, may that one be asked at all? Read off the one table. */
import type { Candidate } from '../core/decision.ts'
import { CONSEQUENCES, type Rest, type UpstreamFailure } from '../core/failure.ts'
import { endOfDay } from '../quota/day.ts'

/** A failure that was met on the way, and whom. */
export interface Met {
  readonly candidate: Candidate
  readonly failure: UpstreamFailure
}

/** May another account be tried after a spent quota? Only when the person said so. */
export interface Rotation {
  readonly mayRotate: (provider: string) => boolean
}

/** Undefined = it may be asked; else the failure that speaks against it. */
export function against(
  candidate: Candidate,
  met: readonly Met[],
  { mayRotate }: Rotation,
): UpstreamFailure | undefined {
  return met.find(({ candidate: failed, failure }) => {
    const { otherProfile, otherModel } = CONSEQUENCES[failure.kind]
    const sameModel = failed.provider.id === candidate.provider.id && failed.model.id === candidate.model.id
    if (sameModel) return otherProfile === 'no' || (otherProfile === 'if-told' && !mayRotate(candidate.provider.id))
    if (otherModel === 'larger') return (candidate.model.contextWindow ?? 0) <= (failed.model.contextWindow ?? 0)
    if (otherModel !== 'yes') return true
    // A spent account is spent for its other models too, and its owner's other accounts are not the next step.
    if (failure.scope === 'account' && failed.provider.id === candidate.provider.id) {
      return (
        failed.profile.id === candidate.profile.id || (otherProfile === 'if-told' && !mayRotate(candidate.provider.id))
      )
    }
    return (failure.scope === 'provider' || failure.scope === 'network') && failed.provider.id === candidate.provider.id
  })?.failure
}

/** Nothing else can follow: the request itself is at fault. */
export function isFinal(failure: UpstreamFailure): boolean {
  return CONSEQUENCES[failure.kind].otherModel === 'no'
}

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
    evidence: failure.evidence,
    since: now,
    until,
  }
}
