/** What a request met on its way, kept for who asks why. */
import type { StoryRow } from '../core/ports.ts'
import type { Served, ServeMeans, ServeOrder } from './order.ts'

export function tellStory(
  served: { readonly kind: 'answered' } | Exclude<Served, { readonly kind: 'answered' }>,
  order: ServeOrder,
  { startedAt, met }: Pick<StoryRow, 'startedAt' | 'met'>,
  { state }: Pick<ServeMeans, 'state'>,
): void {
  const { requestId, agent, caller, request } = order
  const story: StoryRow = {
    requestId,
    startedAt,
    model: request.model,
    agent,
    ...(caller !== undefined && { caller }),
    outcome: served.kind,
    ...(served.kind === 'refused' && { reason: served.refused.reason, status: served.refused.status }),
    met: [...met],
  }
  void state.requests.tell(story).catch(() => undefined) // the rows of its attempts tell the most of it
}
