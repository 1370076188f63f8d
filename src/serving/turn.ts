/** The candidates of one request in turn: who comes next, what was met of whom, and what rests for it. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Profile } from '../core/credential.ts'
import { briefly, nameOf, type Candidate, type Decision, type Rejection } from '../core/decision.ts'
import { PASSING_SOON, restKey, restKeysOf, type Rest, type UpstreamFailure } from '../core/failure.ts'
import { keptSaid, phrase } from '../core/phrase.ts'
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
  /** It says something, or was ended: others may find out now. */
  left(candidate: Candidate): void
  /** It was late, and somebody else spoke first. */
  outrun(candidate: Candidate): void
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
  /** In the order in which they were asked. */
  const asked: Candidate[] = []
  const findingOut = new Map<Candidate, () => void>()
  let hops = 0
  let isOver = false

  const reject = (rejection: Rejection): void => {
    rejected.push(rejection)
    attempts.push(briefly(rejection))
  }
  const left = (candidate: Candidate): void => {
    findingOut.get(candidate)?.()
    findingOut.delete(candidate)
  }
  /** What rests from now on, for this or for what was told before. */
  const rest = (candidate: Candidate, failure: UpstreamFailure): Rest | undefined => {
    const usual = restAfter({ candidate, failure }, clock.now())
    if (!usual) return undefined
    const key = restKey(usual)
    const isLonger = isOfLogin(candidate, failure) || PASSING_SOON.has(failure.kind)
    const resting = isLonger ? stubborn.restOf(key, usual) : usual
    const standing = means.state.view.rest(key)
    // What an upstream told is not shortened by what others met beside it.
    if (standing?.isTold && !resting.isTold && standing.until > resting.until) return standing
    doubts.raise(key, resting.until.getTime() - clock.now().getTime(), failure.kind === 'quota')
    const evidence = keptSaid(withoutQuotes(failure.evidence, order.request.body))
    void means.state.cooldowns.put({ ...resting, evidence }).catch(() => undefined) // without it the next request finds out by itself
    return resting
  }

  const leave: Leave = {
    mayRotate: (id) => mayRotate(id, setup.settings),
    pastFilter: order.filterFallback ?? setup.settings.gateway.filterFallback,
  }
  const isAgainst = (candidate: Candidate): boolean => against(candidate, [...met, ...lost], leave) !== undefined
  /** As things stand now: the decision may be some seconds old. */
  const isHealthy = (candidate: Candidate): boolean =>
    restKeysOf(namesOf(candidate)).every((key) => !means.state.view.rest(key) && !doubts.isDoubted(key))
  const mayStandBeside = (late: Candidate, other: Candidate): boolean =>
    !other.findsOut &&
    isHealthy(other) &&
    (other.provider.id !== late.provider.id || other.model.id !== late.model.id) &&
    mayCost(other, hedge) &&
    !isAgainst(other)
  const placeBeside = (late: Candidate): number =>
    isOver || hedge === 'off' || hops >= MOST_HOPS
      ? -1
      : waiting.findIndex((step) => step.kind === 'candidate' && mayStandBeside(late, step.candidate))

  const going = (candidate: Candidate): Candidate => {
    hops += 1
    asked.push(candidate)
    return candidate
  }

  const mayFindOut = (candidate: Candidate, keys: readonly string[]): boolean => {
    const known = doubts.begin(keys)
    if (known) findingOut.set(candidate, known)
    if (known) return true
    // Another request was faster: this one comes after all others. Where it may be spent, its owner's other accounts do not come at all.
    if (candidate.isOfQuota && !leave.mayRotate(candidate.provider.id)) {
      const others = waiting.filter(
        (step) => step.kind === 'rejection' || step.candidate.provider.id !== candidate.provider.id,
      )
      waiting.splice(0, waiting.length, ...others)
    }
    waiting.push({ kind: 'candidate', candidate: { ...candidate, isLast: true } })
    return false
  }

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
      if (candidate.findsOut && !candidate.isLast && !mayFindOut(candidate, candidate.findsOut)) continue
      return going(candidate)
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
      // They would have been met on the way to it.
      const passed = waiting.splice(0, at)
      for (const before of passed) if (before.kind === 'rejection') reject(before.rejection)
      waiting.unshift(...passed.filter(({ kind }) => kind === 'candidate'))
      return going(step.candidate)
    },
    told(candidate, failure) {
      attempts.push(`${nameOf(candidate)}=${failure.kind}`)
      // Others need not run into it while we wait.
      if (failure.retryAt) rest(candidate, failure)
    },
    failed(candidate, failure) {
      left(candidate)
      const resting = rest(candidate, failure)
      met.push({ candidate, failure, ...(resting && { rest: resting }) })
      // The first of the chain decides what the caller is told, whoever failed first.
      met.sort((one, other) => asked.indexOf(one.candidate) - asked.indexOf(other.candidate))
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
    outrun(candidate) {
      left(candidate)
      const key = restKey({ scope: 'model', ...namesOf(candidate) })
      if (!stubborn.outrun(key)) return
      const evidence = phrase('late-each-time', { ms: setup.settings.gateway.hedgeAfterMs })
      rest(candidate, { kind: 'timeout', scope: 'model', evidence })
    },
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
