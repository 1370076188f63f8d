/** What a gateway tells that ends its last answers. */
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Leases } from '../core/ports.ts'
import { makeStore, type Store } from '../stores/sqlite/fixtures/store.ts'
import { openInlineState } from '../stores/sqlite/inline.ts'
import { leavingNow, tellLeaving } from './leaving.ts'

let store: Store
let leases: Leases
const means = () => ({ leases, clock: store.clock })
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const made = makeStore()
  const state = await openInlineState({ path: made.path, clock: made.clock })
  made.opened.push(state)
  store = made
  leases = state.leases
})
afterEach(async () => {
  vi.useRealTimers()
  await store.remove()
})

it('tells how many answers it has to end, as they grow fewer, and nothing once it has', async () => {
  let streams = 3
  const since = store.clock.now().toISOString()
  const told = await tellLeaving(() => streams, means())
  expect(await leavingNow(means())).toEqual([{ pid: process.pid, since, streams: 3 }])
  streams = 1
  await vi.advanceTimersByTimeAsync(1_000)
  await vi.waitFor(async () => expect(await leavingNow(means())).toEqual([{ pid: process.pid, since, streams: 1 }]))
  await told.end()
  expect(await leavingNow(means())).toEqual([])
})

it('tells of two that end at the same time, the older first', async () => {
  const first = await tellLeaving(() => 2, means())
  store.clock.set(new Date(store.clock.now().getTime() + 1_000).toISOString())
  const second = await tellLeaving(() => 5, means())
  expect((await leavingNow(means())).map(({ streams }) => streams)).toEqual([2, 5])
  await first.end()
  expect((await leavingNow(means())).map(({ streams }) => streams)).toEqual([5])
  await second.end()
})

it('tells nothing of one that was killed', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const note = JSON.stringify({ pid, since: store.clock.now().toISOString(), streams: 9 })
  await leases.acquire('gateway-leaving 0', { holder: 'a killed one', ttlMs: 10_000, note })
  expect(await leavingNow(means())).toEqual([])
})
