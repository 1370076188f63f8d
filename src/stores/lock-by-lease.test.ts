/** One process at a time, whatever becomes of it. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import type { Clock, Leases, State } from '../core/ports.ts'
import { lockByLease } from './lock-by-lease.ts'
import { makeStore } from './sqlite/fixtures/store.ts'
import { openInlineState } from './sqlite/inline.ts'

const store = makeStore()
afterEach(() => vi.useRealTimers())
afterAll(() => store.remove())

/** As another process has it. */
async function process(): Promise<State> {
  const state = await openInlineState({ path: store.path, clock: store.clock })
  store.opened.push(state)
  return state
}

/** Its waits pass at once, and the time they take is counted; the wall clock that leases go by stands still. */
function impatient(): Clock {
  let monotonicMs = 0
  return {
    now: () => store.clock.now(),
    monotonicMs: () => monotonicMs,
    async sleep(ms) {
      monotonicMs += ms
      await new Promise((resolve) => void setImmediate(resolve))
    },
  }
}

const never = new Promise<never>(() => undefined)
const nextTurn = () => new Promise((resolve) => void setImmediate(resolve))

describe('work under a lease', () => {
  it('is done by one process at a time, and by all in the end', async () => {
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1))
      await nextTurn()
      inside -= 1
    }
    const locks = (await Promise.all([process(), process(), process()])).map(({ leases }, index) =>
      lockByLease(leases, store.clock, `holder ${index}`),
    )
    await Promise.all(locks.flatMap((lock) => Array.from({ length: 5 }, () => lock('counted', work))))
    expect([most, inside]).toEqual([1, 0])
  })

  it('does not wait for work under another key', async () => {
    const { leases } = await process()
    const lock = lockByLease(leases, store.clock, 'one')
    void lock('long', () => never)
    expect(await lock('other', () => Promise.resolve('done'))).toBe('done')
  })

  it('gives its result, or its error, and the lease back', async () => {
    const { leases } = await process()
    const lock = lockByLease(leases, store.clock, 'one')
    expect(await lock('given', () => Promise.resolve(7))).toBe(7)
    await expect(lock('given', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await leases.read('given')).toBeUndefined()
  })

  it('is not waited for longer than one has patience; then the key is named', async () => {
    const [holder, waiter] = await Promise.all([process(), process()])
    void lockByLease(holder.leases, store.clock, 'the long one')('busy', () => never)
    await nextTurn()
    const clock = impatient()
    const lock = lockByLease(waiter.leases, clock, 'two', 5_000)
    await expect(lock('busy', () => Promise.resolve())).rejects.toThrow(
      'busy is held by another process (the long one)',
    )
    expect(clock.monotonicMs()).toBeGreaterThan(5_000)
    expect(clock.monotonicMs()).toBeLessThan(5_100)
  })
})

describe('a lease', () => {
  it('is renewed while its work lasts', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { leases } = await process()
    let finish = (): void => undefined
    const work = lockByLease(
      leases,
      store.clock,
      'one',
    )('renewed', () => new Promise<void>((resolve) => (finish = resolve)))
    await nextTurn()
    const ends = async () => (await leases.read('renewed'))?.expiresAt.getTime() ?? 0
    const first = await ends()
    for (let thirds = 1; thirds <= 6; thirds++) {
      store.clock.set(new Date(store.clock.now().getTime() + 3_334).toISOString())
      await vi.advanceTimersByTimeAsync(3_334)
      expect(await ends()).toBe(first + thirds * 3_334)
    }
    finish()
    await work
    expect(await leases.read('renewed')).toBeUndefined()
  })

  it('of a dead holder ends with its time', async () => {
    const { leases } = await process()
    await leases.acquire('dead', { holder: 'killed', ttlMs: 10_000 })
    store.clock.set(new Date(store.clock.now().getTime() + 10_000).toISOString())
    expect(await lockByLease(leases, impatient(), 'two')('dead', () => Promise.resolve('done'))).toBe('done')
  })

  it('of a dead holder ends though the wall clock was set back by a day', async () => {
    const { leases } = await process()
    await leases.acquire('dead since tomorrow', { holder: 'killed', ttlMs: 10_000 })
    store.clock.set(new Date(store.clock.now().getTime() - 86_400_000).toISOString())
    const clock = impatient()
    const work = lockByLease(leases, clock, 'two')('dead since tomorrow', () => Promise.resolve('done'))
    expect(await work).toBe('done')
    expect(clock.monotonicMs()).toBeGreaterThan(10_000)
  })

  it('of a living holder does not end for that, as it is renewed', async () => {
    const { leases } = await process()
    const held = await leases.acquire('alive', { holder: 'alive', ttlMs: 10_000 })
    const clock = impatient()
    const renewing: Clock = {
      ...clock,
      async sleep(ms) {
        await clock.sleep(ms)
        store.clock.set(new Date(store.clock.now().getTime() + ms).toISOString())
        await leases.renew(held.lease, 10_000)
      },
    }
    const work = lockByLease(leases, renewing, 'two', 30_000)('alive', () => Promise.resolve())
    await expect(work).rejects.toThrow('alive is held by another process (alive)')
  })
})

describe('a state.db that fails in the middle of the work', () => {
  const broken = (leases: Leases): Leases => ({
    ...leases,
    renew: () => Promise.reject(new Error('disk full')),
    release: () => Promise.reject(new Error('disk full')),
  })

  it('does not undo what was done, nor end the process', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { leases } = await process()
    const lock = lockByLease(broken(leases), store.clock, 'one')
    const work = lock('failing', async () => {
      await vi.advanceTimersByTimeAsync(20_000)
      return 'saved'
    })
    expect(await work).toBe('saved')
  })
})
