/** What a request is served with, where a command asks the upstreams itself. */
import type { Setup } from '../core/setup.ts'
import type { ServeMeans } from '../serving/order.ts'
import type { Parts } from './parts.ts'

export async function serveMeans(
  { clock, random, userAgent, upstreamHttp, profileMeans }: Parts,
  known?: Pick<ServeMeans, 'setup' | 'state' | 'accounts'>,
): Promise<ServeMeans> {
  const { openMemory } = await import('../serving/memory.ts')
  const { setup, state, accounts } = known ?? (await profileMeans())
  return {
    setup,
    state,
    accounts,
    http: await upstreamHttp(setup)(),
    clock,
    random,
    userAgent,
    ...openMemory(clock),
  }
}

/** Servers of models are asked only by acts that a person called, and no longer than their own deadlines. */
export function serverMeans(over: Setup, { upstreamHttp, userAgent }: Parts) {
  return { http: upstreamHttp(over), userAgent, signal: new AbortController().signal }
}
