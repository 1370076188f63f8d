/** The decision of this moment, with all that it was made of: what serving acts on is what is explained. */
import type { Decision } from '../core/decision.ts'
import { decide, type RequestFacts, type RoutingView } from '../routing/decide.ts'
import { SHORT_WAIT_MS, type ServeMeans, type ServeOrder } from './order.ts'
import { earliestReturn } from './rests.ts'
import { routingView } from './routing-view.ts'
import { profilesFor } from './turn.ts'

export interface Routes {
  readonly view: RoutingView
  readonly now: Date
  readonly decision: Decision
}

export type RoutesMeans = Pick<ServeMeans, 'setup' | 'accounts' | 'state' | 'doubts' | 'affinity' | 'clock'>

export function lookAtRoutes(
  order: Pick<ServeOrder, 'refs' | 'conversation'> & { readonly facts: RequestFacts },
  means: RoutesMeans,
): Routes {
  const now = means.clock.now()
  const view = routingView(means, profilesFor(order, means), now)
  return { view, now, decision: decide(order.refs, order.facts, view, now) }
}

/** Until when a request waits rather than being refused; undefined = it does not, or need not. */
export function waitFor({
  now,
  decision: { candidates, rejected },
}: Pick<Routes, 'now' | 'decision'>): Date | undefined {
  if (candidates.length > 0) return undefined
  const soonest = earliestReturn([], rejected, now)
  return soonest && soonest.getTime() - now.getTime() <= SHORT_WAIT_MS ? soonest : undefined
}
