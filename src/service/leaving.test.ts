/** What a gateway tells that ends its last answers. */
import { expect, it, vi } from 'vitest'
import { leavingNow, tellLeaving } from './leaving.ts'
import { deadPid, ownLeases } from './leases.fixture.ts'

const means = ownLeases()

it('tells how many answers it has to end, as they grow fewer, and nothing once it has', async () => {
  let streams = 3
  const since = means().clock.now().toISOString()
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
  means().clock.set(new Date(means().clock.now().getTime() + 1_000).toISOString())
  const second = await tellLeaving(() => 5, means())
  expect((await leavingNow(means())).map(({ streams }) => streams)).toEqual([2, 5])
  await first.end()
  expect((await leavingNow(means())).map(({ streams }) => streams)).toEqual([5])
  await second.end()
})

it('tells nothing of one that was killed', async () => {
  const pid = deadPid()
  const note = JSON.stringify({ pid, since: means().clock.now().toISOString(), streams: 9 })
  await means().leases.acquire('gateway-leaving 0', { holder: 'a killed one', ttlMs: 10_000, note })
  expect(await leavingNow(means())).toEqual([])
})
