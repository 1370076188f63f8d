/** The ledger's part of the contract. */
import { beforeEach, expect, it } from 'vitest'
import type { ReserveOrder, State } from '../../core/ports.ts'
import type { OpenedState } from './fixtures/store.ts'
import { ACCOUNT, answered, attempt, DAY, order } from './fixtures/orders.ts'

const NEXT_DAY = '2026-03-15'

export function ledgerContract(opened: () => OpenedState): void {
  let state: State
  beforeEach(() => {
    state = opened().state
  })

  it('lets exactly ten of 64 parallel requests pass at 1,990 used of 2,000', async () => {
    await use(state, 1_990)
    const answers = await Promise.all(Array.from({ length: 64 }, () => state.ledger.reserve(order())))
    expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(10)
    expect(answers.filter(({ kind }) => kind === 'spent')).toHaveLength(54)
    expect(await state.ledger.counts(DAY)).toEqual([{ account: ACCOUNT, day: DAY, used: 2_000 }])
  })

  it('lets exactly ten pass when two processes ask at once', async () => {
    await use(state, 1_990)
    const other = await opened().second()
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => (index % 2 ? state : other).ledger.reserve(order())),
    )
    expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(10)
  })

  it('counts both days of an order, or neither', async () => {
    await state.ledger.reserve(order({ days: [NEXT_DAY], limit: 1 }))
    expect(await state.ledger.reserve(order({ days: [DAY, NEXT_DAY], limit: 1 }))).toEqual({
      kind: 'spent',
      day: NEXT_DAY,
      used: 1,
    })
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(0)
    expect(await state.ledger.reserve(order({ days: [DAY, NEXT_DAY], limit: 2 }))).toEqual({
      kind: 'reserved',
      used: 2,
    })
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(1)
    expect(usedOf(await state.ledger.counts(DAY), NEXT_DAY)).toBe(2)
  })

  it('writes no row for what it refuses, and sends nobody at a limit of none', async () => {
    expect(await state.ledger.reserve(order({ limit: 0 }))).toEqual({ kind: 'spent', day: DAY, used: 0 })
    expect(await state.requests.query({ limit: 10 })).toEqual([])
  })

  it('keeps counts apart by account and by day, and tells those since a day', async () => {
    await state.ledger.reserve(order({ account: 'b:one' }))
    await state.ledger.reserve(order({ account: 'a:one' }))
    await state.ledger.reserve(order({ account: 'a:one', days: [NEXT_DAY] }))
    await state.ledger.reserve(order({ account: 'a:one', days: ['2026-03-01'] }))
    expect(await state.ledger.counts(DAY)).toEqual([
      { account: 'a:one', day: DAY, used: 1 },
      { account: 'b:one', day: DAY, used: 1 },
      { account: 'a:one', day: NEXT_DAY, used: 1 },
    ])
  })

  it('keeps a reserved row open until it is settled', async () => {
    const { row } = await reserved(state)
    expect(await state.requests.query({ limit: 1 })).toEqual([row])
    await state.ledger.settle(answered(row), { refund: false })
    expect(await state.requests.query({ limit: 1 })).toEqual([answered(row)])
  })

  it('writes a row that was never reserved when it is settled', async () => {
    await state.ledger.settle(answered(attempt()), { refund: false })
    expect(await state.requests.query({ limit: 9 })).toHaveLength(1)
    expect(await state.ledger.counts(DAY)).toEqual([])
  })

  it('changes nothing when a row is settled twice', async () => {
    const { row } = await reserved(state)
    const unreserved = attempt()
    for (const each of [row, unreserved]) {
      await state.ledger.settle(answered(each), { refund: false })
      await state.ledger.settle({ ...answered(each), outcome: 'failed' }, { refund: true })
    }
    const rows = await state.requests.query({ limit: 9 })
    expect(rows.map(({ outcome }) => outcome)).toEqual(['answered', 'answered'])
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(1)
  })

  it('gives a count back once, on both days', async () => {
    await use(state, 5)
    const { row } = await reserved(state, { days: [DAY, NEXT_DAY] })
    await state.ledger.settle({ ...row, outcome: 'failed' }, { refund: true })
    await state.ledger.settle({ ...row, outcome: 'failed' }, { refund: true })
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(5)
    expect(usedOf(await state.ledger.counts(DAY), NEXT_DAY)).toBe(0)
  })

  it('gives nothing back for a row that was never reserved', async () => {
    await use(state, 5)
    await state.ledger.settle({ ...attempt(), outcome: 'failed' }, { refund: true })
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(5)
  })

  it('does not re-open a spent day when the clock goes back to it', async () => {
    await state.ledger.reserve(order({ limit: 1 }))
    opened().clock.set('2027-03-14T12:00:00Z')
    await state.ledger.reserve(order({ days: ['2027-03-14'], limit: 1 }))
    opened().clock.set('2026-03-14T12:00:00Z')
    state = await opened().reopen()
    expect(await state.ledger.reserve(order({ limit: 1 }))).toEqual({ kind: 'spent', day: DAY, used: 1 })
    expect(state.view.used(ACCOUNT, DAY)).toBe(1)
    expect(state.view.used(ACCOUNT, '2027-03-14')).toBe(1)
  })

  it('keeps a row whose figures make no sense', async () => {
    const usage = { inputTokens: 1.5, outputTokens: Number.NaN, cachedInputTokens: 2 ** 60 }
    await state.ledger.settle({ ...attempt(), outcome: 'answered', usage }, { refund: false })
    expect((await state.requests.query({ limit: 1 }))[0]?.usage).toEqual({ inputTokens: 1 })
  })

  it('lets what was counted follow an account to its new name, and what is given back later too', async () => {
    await state.ledger.reserve(order({ account: 'p:old' }))
    await state.ledger.reserve(order({ account: 'p:old', days: [NEXT_DAY] }))
    const open = await reserved(state, { account: 'p:old' })
    await state.ledger.reserve(order({ account: 'p:new' }))
    await state.ledger.renameAccount('p:old', 'p:new')
    expect(await state.ledger.counts(DAY)).toEqual([
      { account: 'p:new', day: DAY, used: 3 },
      { account: 'p:new', day: NEXT_DAY, used: 1 },
    ])
    expect(await state.ledger.reserve(order({ account: 'p:new', limit: 3 }))).toMatchObject({ kind: 'spent', used: 3 })
    await state.ledger.settle(answered(open.row), { refund: true })
    expect(usedOf(await state.ledger.counts(DAY), DAY)).toBe(2)
    expect(state.view.used('p:new', DAY)).toBe(2)
    expect(state.view.used('p:old', DAY)).toBe(0)
  })

  it('calls a row unknown when its process died, and leaves those of the living open', async () => {
    const living = await reserved(state)
    const dead = order()
    await opened().reserveAndDie(dead)
    const other = await opened().second()
    const outcomes = new Map((await other.requests.query({ limit: 9 })).map((row) => [row.attemptId, row.outcome]))
    expect(outcomes.get(living.row.attemptId)).toBe('open')
    expect(outcomes.get(dead.row.attemptId)).toBe('unknown')
    expect(usedOf(await other.ledger.counts(DAY), DAY)).toBe(2)
  })

  it('calls a row unknown when its process closed without settling it', async () => {
    await reserved(state)
    state = await opened().reopen()
    await state.notes.put('any', 'write')
    expect((await state.requests.query({ limit: 1 }))[0]?.outcome).toBe('unknown')
  })

  it('believes one who was taken for dead and still comes to settle', async () => {
    const dead = order()
    await opened().reserveAndDie(dead)
    state = await opened().reopen()
    await state.ledger.settle(answered(dead.row), { refund: false })
    expect((await state.requests.query({ limit: 1 }))[0]?.outcome).toBe('answered')
  })
}

async function reserved(state: State, changes: Partial<ReserveOrder> = {}): Promise<ReserveOrder> {
  const wanted = order(changes)
  expect((await state.ledger.reserve(wanted)).kind).toBe('reserved')
  return wanted
}

async function use(state: State, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => state.ledger.reserve(order())))
}

function usedOf(counts: readonly { readonly day: string; readonly used: number }[], day: string): number {
  return counts.find((count) => count.day === day)?.used ?? 0
}
