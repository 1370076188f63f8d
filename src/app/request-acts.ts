/** The acts on requests: asking, and looking at what was asked. */
import type { AgentWish } from '../control/agent.ts'
import type { RequestsWish } from '../control/requests.ts'
import type { Parts } from './parts.ts'
import { serveMeans } from './serve-means.ts'

export function requestActs(parts: Parts) {
  const { clock, state, settingsShown } = parts
  const requestsMeans = async () => ({
    requests: (await state()).requests,
    clock,
    aliases: async () => (await settingsShown()).settings.aliases,
  })
  return {
    async *agent(wish: AgentWish) {
      return yield* (await import('../control/agent.ts')).askAgent(wish, await serveMeans(parts))
    },
    async *requestsList(wish: RequestsWish) {
      return yield* (await import('../control/requests.ts')).listRequests(wish, await requestsMeans())
    },
    async *requestsShow(id: string) {
      return yield* (await import('../control/requests.ts')).showRequest(id, await requestsMeans())
    },
    async *requestsTail(wish: RequestsWish & { readonly signal: AbortSignal }) {
      return yield* (await import('../control/requests.ts')).tailRequests(wish, await requestsMeans())
    },
  }
}
