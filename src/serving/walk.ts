/** After a failure: may that other candidate be asked? Read off the one table. */
import type { Candidate, Rejection } from '../core/decision.ts'
import { CONSEQUENCES, type Rest, type UpstreamFailure } from '../core/failure.ts'
import { phrase } from '../core/phrase.ts'

/** A failure that was met on the way, and whom. */
export interface Met {
  readonly candidate: Candidate
  readonly failure: UpstreamFailure
  /** What rests for it, where something does. */
  readonly rest?: Rest
}

/** What may be done only when somebody said so. */
export interface Leave {
  /** Another account tried after a spent quota: the person's word. */
  readonly mayRotate: (provider: string) => boolean
  /** Another model asked what one's content filter stopped: the person's word, or the caller's. */
  readonly pastFilter: boolean
}

/** Undefined = it may be asked; else the failure that speaks against it. */
export function against(candidate: Candidate, met: readonly Met[], leave: Leave): UpstreamFailure | undefined {
  return met.find((each) => speaksAgainst(each, candidate, leave))?.failure
}

function speaksAgainst(met: Met, candidate: Candidate, { mayRotate, pastFilter }: Leave): boolean {
  const { candidate: failed, failure } = met
  const { otherProfile, otherModel } = CONSEQUENCES[failure.kind]
  const isSameProvider = failed.provider.id === candidate.provider.id
  const isSameModel = isSameProvider && failed.model.id === candidate.model.id
  if (covers(met, candidate)) return true
  const mayTakeProfile =
    otherProfile === 'yes' || (otherProfile === 'if-told' && mayRotate(candidate.provider.id)) || isOfLogin(failure)
  if (isSameModel) return !mayTakeProfile
  if (otherModel === 'larger') return !isLarger(candidate, met)
  if (otherModel === 'if-asked') return !pastFilter
  if (otherModel === 'no') return true
  // After a spent account its owner's other accounts are not the next step, for no model.
  return isSameProvider && failure.scope === 'account' && !mayTakeProfile
}

/** Known to be: a window that nobody told is not larger than another, nor another than it. Who failed knows its own best. */
function isLarger({ model }: Candidate, { candidate: failed, failure }: Met): boolean {
  const contextWindow = failure.contextWindow ?? failed.model.contextWindow
  return contextWindow !== undefined && (model.contextWindow ?? 0) > contextWindow
}

/** What failed is what would be asked. */
function covers({ candidate: failed, failure }: Met, candidate: Candidate): boolean {
  if (failed.provider.id !== candidate.provider.id) return false
  const isSameModel = failed.model.id === candidate.model.id
  const isSameProfile = failed.profile.id === candidate.profile.id
  switch (failure.scope) {
    case 'account':
      return isSameProfile
    case 'account-and-model':
    case 'request':
      return isSameProfile && isSameModel
    case 'model':
      return isSameModel
    case 'provider':
    case 'network':
      return true
  }
}

/** Met before anything was sent, in renewing one account's token: it says nothing of another account. */
function isOfLogin({ during, scope }: UpstreamFailure): boolean {
  return during !== undefined && scope === 'account'
}

/** A day whose last request another took meanwhile speaks against the same candidates as one that the upstream calls spent. */
export function spentMeanwhile(candidate: Candidate, { reason }: Rejection): readonly Met[] {
  if (reason.kind !== 'quota-spent') return []
  return [{ candidate, failure: { kind: 'quota', scope: 'account', evidence: phrase('taken-meanwhile') } }]
}

/** Nothing else can follow: the request itself is at fault. */
export function isFinal(failure: UpstreamFailure): boolean {
  return CONSEQUENCES[failure.kind].otherModel === 'no'
}
