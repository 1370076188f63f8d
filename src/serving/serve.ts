/** The way of a request: decide, reserve, credential, upstream, first good event, stream, settle. */
import { briefly, nameOf, type Decision, type Rejection } from '../core/decision.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import { decide, MOST_HOPS } from '../routing/decide.ts'
import { ask } from './ask.ts'
import { SHORT_WAIT_MS, type Served, type ServeMeans, type ServeOrder } from './order.ts'
import { earliest, refusal } from './refusal.ts'
import { routingView } from './routing-view.ts'
import { against, isFinal, restAfter, type Met } from './walk.ts'

/** Writes to the reply only when somebody answers; a refusal is the caller's to write, in its own dialect. */
export async function serve(order: ServeOrder, means: ServeMeans): Promise<Served> {
  const decision = await decideOrWait(order, means)
  const rejected: Rejection[] = [...decision.rejected]
  const met: Met[] = []
  const attempts = decision.rejected.map(briefly)
  const rotation = {
    mayRotate: (provider: string) => means.setup.settings.rotate || means.setup.settings.profileOrder.has(provider),
  }
  let hops = 0

  for (const candidate of decision.candidates) {
    if (against(candidate, met, rotation)) continue
    if (hops >= MOST_HOPS && met.some(({ failure }) => failure.kind === 'timeout')) {
      rejected.push({ ref: candidate.ref, reason: { kind: 'too-many-hops' } })
      continue
    }
    hops += 1
    means.budget.routed(candidate.provider.id)
    const told = (failure: UpstreamFailure): void => void attempts.push(`${nameOf(candidate)}=${failure.kind}`)
    const outcome = await ask(candidate, { order, means, attempts, told })
    if (outcome.kind === 'gone') return { kind: 'gone' }
    if (outcome.kind === 'answered') return { kind: 'answered', candidate, result: outcome, attempts }
    if (outcome.kind === 'rejected') {
      rejected.push(outcome.rejection)
      attempts.push(briefly(outcome.rejection))
      continue
    }
    met.push({ candidate, failure: outcome.failure })
    const rest = restAfter({ candidate, failure: outcome.failure }, means.clock.now())
    if (rest) void means.state.cooldowns.put(rest).catch(() => undefined) // without it the next request finds out by itself
    if (isFinal(outcome.failure)) break
  }
  return { kind: 'refused', refused: refusal(met, rejected, attempts, means.setup), attempts }
}

async function decideOrWait(order: ServeOrder, means: ServeMeans): Promise<Decision> {
  const decideNow = (): Decision => {
    const now = means.clock.now()
    const view = routingView(means.setup, means.accounts, means.state.view, now)
    return decide(order.refs, { hasImage: order.request.hasImage }, view, now)
  }
  const decision = decideNow()
  if (decision.candidates.length > 0) return decision
  const back = earliest(decision.rejected)
  const waitMs = back ? back.getTime() - means.clock.now().getTime() : Number.POSITIVE_INFINITY
  if (waitMs > SHORT_WAIT_MS) return decision
  await means.clock.sleep(Math.max(waitMs, 0) + 1, order.reply.gone).catch(() => undefined) // a caller that left is seen later
  return decideNow()
}
