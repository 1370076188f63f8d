/** The candidates of one request in turn: who comes next, what was met of whom, and what rests for it. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Profile } from '../core/credential.ts'
import { briefly, nameOf, type Candidate, type Decision, type Rejection } from '../core/decision.ts'
import { PASSING_SOON, restKey, type UpstreamFailure } from '../core/failure.ts'
import { keptSaid } from '../core/phrase.ts'
import type { Hedge } from '../core/settings.ts'
import type { Setup } from '../core/setup.ts'
import { MOST_HOPS } from '../routing/decide.ts'
import type { ServeMeans, ServeOrder } from './order.ts'
import { withoutQuotes } from './quotes.ts'
import { restAfter } from './rests.ts'
import { mayRotate } from './routing-view.ts'
import { stepsOf, type Step } from './steps.ts'
import type { Stubborn } from './stubborn.ts'
import { against, isFinal, spentMeanwhile, type Leave, type Met } from './walk.ts'

/** Past the most hops a chain is walked on only if it took no longer than this: its members fail fast. */
const FAST_WALK_MS = 10_000

export interface Turn {
  /** `ref=failure`, in the order in which they were met; headers are made of it while it grows. */
  readonly attempts: string[]
  readonly met: readonly Met[]
  readonly rejected: readonly Rejection[]
  /** Undefined = nobody is left, or nobody else can help. */
  next(): Candidate | undefined
  /** Is there one that may be asked beside this late one: healthy, of another model, at no cost that was not agreed to? */
  hasBeside(late: Candidate): boolean
  beside(late: Candidate): Candidate | undefined
  /** Of a candidate's first call, before its second. */
  told(candidate: Candidate, failure: UpstreamFailure): void
  failed(candidate: Candidate, failure: UpstreamFailure): void
  /** A place that another request took meanwhile. */
  lost(candidate: Candidate, rejection: Rejection): void
  /** `failure` = what broke the answer off. */
  answered(candidate: Candidate, failure: UpstreamFailure | undefined): void
  /** It was ended before it said anything. */
  left(candidate: Candidate): void
}

export function openTurn(decision: Decision, order: ServeOrder, means: ServeMeans): Turn {
  const { clock, setup, doubts, stubborn } = means
  const { hedge } = setup.settings.gateway
  const waiting: Step[] = [...stepsOf(decision, order.refs, profilesFor(order, means))]
  const attempts: string[] = []
  const met: Met[] = []
  const lost: Met[] = []
  const rejected: Rejection[] = []
  const startedMs = clock.monotonicMs()
  let hops = 0
  let isOver = false

  const reject = (rejection: Rejection): void => {
    rejected.push(rejection)
    attempts.push(briefly(rejection))
  }
  /** Somebody else may find out now. */
  const left = ({ findsOut, isLast }: Candidate): void => {
    if (findsOut && !isLast) doubts.end(findsOut)
  }
  const rest = (candidate: Candidate, failure: UpstreamFailure): void => {
    left(candidate)
    const usual = restAfter({ candidate, failure }, clock.now())
    if (!usual) return
    const key = restKey(usual)
    const isLonger = isOfLogin(candidate, failure) || PASSING_SOON.has(failure.kind)
    const resting = isLonger ? stubborn.restOf(key, usual) : usual
    doubts.raise(key, resting.until.getTime() - clock.now().getTime())
    const evidence = keptSaid(withoutQuotes(failure.evidence, order.request.body))
    void means.state.cooldowns.put({ ...resting, evidence }).catch(() => undefined) // without it the next request finds out by itself
  }

  const leave: Leave = {
    mayRotate: (id) => mayRotate(id, setup.settings),
    pastFilter: order.filterFallback ?? setup.settings.gateway.filterFallback,
  }
  const isAgainst = (candidate: Candidate): boolean => against(candidate, [...met, ...lost], leave) !== undefined
  const mayStandBeside = (late: Candidate, other: Candidate): boolean =>
    !other.findsOut &&
    (other.provider.id !== late.provider.id || other.model.id !== late.model.id) &&
    mayCost(other, hedge) &&
    !isAgainst(other)
  const placeBeside = (late: Candidate): number =>
    isOver || hedge === 'off' || hops >= MOST_HOPS
      ? -1
      : waiting.findIndex((step) => step.kind === 'candidate' && mayStandBeside(late, step.candidate))

  const next = (): Candidate | undefined => {
    if (isOver) return undefined
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      if (step.kind === 'rejection') {
        reject(step.rejection)
        continue
      }
      const { candidate } = step
      if (isAgainst(candidate)) continue
      if (hops >= MOST_HOPS && clock.monotonicMs() - startedMs > FAST_WALK_MS) {
        reject({ ref: candidate.ref, profile: candidate.profile.id, reason: { kind: 'too-many-hops' } })
        continue
      }
      if (candidate.findsOut && !candidate.isLast && !doubts.begin(candidate.findsOut)) {
        // Another request was faster: it comes after all others.
        waiting.push({ kind: 'candidate', candidate: { ...candidate, isLast: true } })
        continue
      }
      hops += 1
      return candidate
    }
    return undefined
  }

  return {
    attempts,
    met,
    rejected,
    next,
    hasBeside: (late) => placeBeside(late) >= 0,
    beside(late) {
      const at = placeBeside(late)
      const [step] = at < 0 ? [] : waiting.splice(at, 1)
      if (step?.kind !== 'candidate') return undefined
      attempts.push(`${nameOf(late)}=late`)
      hops += 1
      return step.candidate
    },
    told(candidate, failure) {
      attempts.push(`${nameOf(candidate)}=${failure.kind}`)
      // Others need not run into it while we wait.
      if (failure.retryAt) rest(candidate, failure)
    },
    failed(candidate, failure) {
      met.push({ candidate, failure })
      rest(candidate, failure)
      if (isFinal(failure)) isOver = true
    },
    lost(candidate, rejection) {
      left(candidate)
      reject(rejection)
      lost.push(...spentMeanwhile(candidate, rejection))
    },
    answered(candidate, failure) {
      left(candidate)
      if (failure) rest(candidate, failure)
      else stubborn.answered(namesOf(candidate))
      means.affinity.answered(homesOf(order, setup, candidate.provider.id), candidate.profile)
    },
    left,
  }
}

/** The person's order, but that a conversation begins where it was answered before. */
export function profilesFor(
  order: Pick<ServeOrder, 'conversation'>,
  { affinity, setup }: Pick<ServeMeans, 'affinity' | 'setup'>,
): (provider: string) => readonly Profile[] {
  return (id) => affinity.homeFirst(homesOf(order, setup, id), profilesInOrder(id, setup.settings))
}

/** An order that the person sets anew goes before all homes that were found under another one. */
function homesOf(
  { conversation }: Pick<ServeOrder, 'conversation'>,
  { settings }: Setup,
  provider: string,
): string | undefined {
  return conversation && `${conversation} ${settings.profileOrder.get(provider)?.join(' ') ?? ''}`
}

/** A key may be mended by hand at any moment; a renewal that fails has waits of its own. */
function isOfLogin({ profile }: Candidate, { during }: UpstreamFailure): boolean {
  return profile.credential?.kind === 'oauth' && during === undefined
}

function mayCost({ model: { price } }: Candidate, hedge: Hedge): boolean {
  return hedge === 'always' || !price || (price.input === 0 && price.output === 0)
}

function namesOf({ provider, profile, model }: Candidate): Parameters<Stubborn['answered']>[0] {
  return { provider: provider.id, profile: profile.id, model: model.id }
}
