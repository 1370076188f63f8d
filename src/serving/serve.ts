/** The way of a request: decide, reserve, credential, upstream, first good event, stream, settle. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Profile } from '../core/credential.ts'
import type { Setup } from '../core/setup.ts'
import { briefly, nameOf, type Candidate, type Decision, type Rejection } from '../core/decision.ts'
import { restKey, type UpstreamFailure } from '../core/failure.ts'
import { keptSaid } from '../core/phrase.ts'
import { decide, MOST_HOPS } from '../routing/decide.ts'
import { ask } from './ask.ts'
import { SHORT_WAIT_MS, type Served, type ServeMeans, type ServeOrder } from './order.ts'
import { refusal } from './refusal.ts'
import { withoutQuotes } from './quotes.ts'
import { earliestReturn, restAfter } from './rests.ts'
import { mayRotate, routingView } from './routing-view.ts'
import { stepsOf } from './steps.ts'
import type { Stubborn } from './stubborn.ts'
import { against, isFinal, spentMeanwhile, type Met } from './walk.ts'

/** Past the most hops a chain is walked on only if it took no longer than this: its members fail fast. */
const FAST_WALK_MS = 10_000

/** Writes to the reply only when somebody answers; a refusal is the caller's to write, in its own dialect. */
export async function serve(order: ServeOrder, means: ServeMeans): Promise<Served> {
  const { clock, setup, budget } = means
  const looking = means.accounts.look(setup.providers, setup.settings.profiles.values())
  if (looking) await looking
  const decision = await decideOrWait(order, means)
  const met: Met[] = []
  const lost: Met[] = []
  const rejected: Rejection[] = []
  const attempts: string[] = []
  const startedMs = clock.monotonicMs()
  let hops = 0

  const reject = (rejection: Rejection): void => {
    rejected.push(rejection)
    attempts.push(briefly(rejection))
  }
  const rest = (candidate: Candidate, failure: UpstreamFailure): void => {
    const usual = restAfter({ candidate, failure }, clock.now())
    if (!usual) return
    const resting = isOfLogin(candidate, failure) ? means.stubborn.restOf(restKey(usual), usual) : usual
    const evidence = keptSaid(withoutQuotes(failure.evidence, order.request.body))
    void means.state.cooldowns.put({ ...resting, evidence }).catch(() => undefined) // without it the next request finds out by itself
  }

  for (const step of stepsOf(decision, order.refs, profilesFor(order, means))) {
    if (step.kind === 'rejection') {
      reject(step.rejection)
      continue
    }
    const { candidate } = step
    if (against(candidate, [...met, ...lost], { mayRotate: (id) => mayRotate(id, setup.settings) })) continue
    if (hops >= MOST_HOPS && clock.monotonicMs() - startedMs > FAST_WALK_MS) {
      reject({ ref: candidate.ref, profile: candidate.profile.id, reason: { kind: 'too-many-hops' } })
      continue
    }
    if (order.reply.gone.aborted) return { kind: 'gone' }
    hops += 1
    budget.routed(candidate.provider.id)
    const told = (failure: UpstreamFailure): void => {
      attempts.push(`${nameOf(candidate)}=${failure.kind}`)
      // Others need not run into it while we wait.
      if (failure.retryAt) rest(candidate, failure)
    }
    const outcome = await ask(candidate, { order, means, attempts, told })
    switch (outcome.kind) {
      case 'gone':
        return { kind: 'gone' }
      case 'answered':
        if (outcome.verdict.kind !== 'complete') rest(candidate, outcome.verdict.failure)
        else means.stubborn.answered(namesOf(candidate))
        means.affinity.answered(homesOf(order, setup, candidate.provider.id), candidate.profile)
        return { kind: 'answered', candidate, result: outcome, attempts }
      case 'rejected':
        reject(outcome.rejection)
        lost.push(...spentMeanwhile(candidate, outcome.rejection))
        continue
      case 'failed':
        met.push({ candidate, failure: outcome.failure })
        rest(candidate, outcome.failure)
    }
    if (isFinal(outcome.failure)) break
  }
  if (order.reply.gone.aborted) return { kind: 'gone' }
  return { kind: 'refused', refused: refusal({ met, rejected, attempts }, setup, clock.now()), attempts }
}

/** A key may be mended by hand at any moment; a renewal that fails has waits of its own. */
function isOfLogin({ profile }: Candidate, { during }: UpstreamFailure): boolean {
  return profile.credential?.kind === 'oauth' && during === undefined
}

function namesOf({ provider, profile, model }: Candidate): Parameters<Stubborn['answered']>[0] {
  return { provider: provider.id, profile: profile.id, model: model.id }
}

async function decideOrWait(order: ServeOrder, means: ServeMeans): Promise<Decision> {
  const decideNow = (): Decision => {
    const now = means.clock.now()
    const view = routingView(means, profilesFor(order, means), now)
    return decide(order.refs, { hasImage: order.request.hasImage }, view, now)
  }
  const decision = decideNow()
  if (decision.candidates.length > 0) return decision
  const now = means.clock.now()
  const waitMs = (earliestReturn([], decision.rejected, now)?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime()
  if (waitMs > SHORT_WAIT_MS) return decision
  await means.clock.sleep(Math.max(waitMs, 0) + 1, order.reply.gone).catch(() => undefined) // a caller that left is seen later
  return decideNow()
}

/** The person's order, but that a conversation begins where it was answered before. */
function profilesFor(order: ServeOrder, { affinity, setup }: ServeMeans): (provider: string) => readonly Profile[] {
  return (id) => affinity.homeFirst(homesOf(order, setup, id), profilesInOrder(id, setup.settings))
}

/** An order that the person sets anew goes before all homes that were found under another one. */
function homesOf({ conversation }: ServeOrder, { settings }: Setup, provider: string): string | undefined {
  return conversation && `${conversation} ${settings.profileOrder.get(provider)?.join(' ') ?? ''}`
}
