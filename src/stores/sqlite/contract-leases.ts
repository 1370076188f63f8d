/** The leases' part of the contract. */
import { beforeEach, expect, it } from 'vitest'
import type { Lease, State } from '../../core/ports.ts'
import type { OpenedState } from './fixtures/store.ts'

export function leaseContract(opened: () => OpenedState): void {
  let state: State
  beforeEach(() => {
    state = opened().state
  })

  const wish = { holder: 'one', ttlMs: 10_000 }

  it('gives a lease to one holder at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => state.leases.acquire('key', { holder: `h${index}`, ttlMs: 10_000 })),
    )
    expect(answers.filter(({ kind }) => kind === 'acquired')).toHaveLength(1)
    const other = await opened().second()
    expect((await other.leases.acquire('key', { ...wish, note: 'x' })).kind).toBe('held')
  })

  it('tells who holds it, with what the holder says of itself', async () => {
    await state.leases.acquire('key', { ...wish, note: '{"pid":7}' })
    const expected = {
      key: 'key',
      holder: 'one',
      fence: 1,
      note: '{"pid":7}',
      expiresAt: new Date('2026-03-14T12:00:10Z'),
    }
    expect(await state.leases.acquire('key', { ...wish, holder: 'two' })).toEqual({ kind: 'held', lease: expected })
    expect(await state.leases.read('key')).toEqual(expected)
    expect(await state.leases.read('another')).toBeUndefined()
  })

  it('is free once its time is over, and still tells who held it last', async () => {
    const lease = await acquired(state, { ...wish, note: '{"pid":7}' })
    opened().clock.set('2026-03-14T12:00:10Z')
    expect(await state.leases.read('key')).toEqual(lease)
    expect((await state.leases.acquire('key', { ...wish, holder: 'two' })).kind).toBe('acquired')
  })

  it('raises its fence with every holder, for ever', async () => {
    const first = await acquired(state, wish)
    await state.leases.release(first)
    const second = await acquired(state, wish)
    opened().clock.set('2026-03-14T13:00:00Z')
    state = await opened().reopen()
    const third = await acquired(state, wish)
    expect([first.fence, second.fence, third.fence]).toEqual([1, 2, 3])
  })

  it('can be renewed by its holder, and no more once another has it', async () => {
    const lease = await acquired(state, wish)
    opened().clock.set('2026-03-14T12:00:08Z')
    expect(await state.leases.renew(lease, 10_000)).toBe(true)
    expect((await state.leases.read('key'))?.expiresAt).toEqual(new Date('2026-03-14T12:00:18Z'))
    opened().clock.set('2026-03-14T12:00:18Z')
    await acquired(state, { ...wish, holder: 'two' })
    expect(await state.leases.renew(lease, 10_000)).toBe(false)
  })

  it('can be renewed after its time when nobody took it', async () => {
    const lease = await acquired(state, wish)
    opened().clock.set('2026-03-14T14:00:00Z')
    expect(await state.leases.renew(lease, 10_000)).toBe(true)
    expect((await state.leases.acquire('key', { ...wish, holder: 'two' })).kind).toBe('held')
  })

  it('is not renewed once it was released', async () => {
    const lease = await acquired(state, wish)
    await state.leases.release(lease)
    expect(await state.leases.renew(lease, 10_000)).toBe(false)
    expect(await state.leases.read('key')).toBeUndefined()
  })

  it('is not released by one who has lost it', async () => {
    const lost = await acquired(state, wish)
    opened().clock.set('2026-03-14T12:00:10Z')
    // The same name again: the fence tells them apart.
    const current = await acquired(state, wish)
    await state.leases.release(lost)
    expect(await state.leases.read('key')).toEqual(current)
  })

  it('is taken over before its time only from the holder who is known to be dead', async () => {
    const dead = await acquired(state, wish)
    const takeOver = { holder: 'two', ttlMs: 10_000, evenIfFence: dead.fence }
    expect(await state.leases.acquire('key', takeOver)).toMatchObject({ kind: 'acquired', lease: { fence: 2 } })
    expect(await state.leases.acquire('key', { ...takeOver, holder: 'three' })).toMatchObject({
      kind: 'held',
      lease: { holder: 'two' },
    })
  })
}

async function acquired(state: State, wish: Parameters<State['leases']['acquire']>[1]): Promise<Lease> {
  const answer = await state.leases.acquire('key', wish)
  expect(answer.kind).toBe('acquired')
  return answer.lease
}
