/** How many second tries a provider gets. */
import { expect, it } from 'vitest'
import { movedClock } from './fixtures/clock.ts'
import { openRetryBudget } from './retry-budget.ts'

it('gives three a second, whenever the second begins', () => {
  const clock = movedClock()
  const budget = openRetryBudget(clock)
  const taken: number[] = []
  for (let ms = 0; ms < 5_000; ms += 10) {
    if (budget.take('a')) taken.push(ms)
    clock.advance(10)
  }
  expect(taken).toHaveLength(15)
  for (const start of taken)
    expect(taken.filter((ms) => ms >= start && ms < start + 1_000).length).toBeLessThanOrEqual(3)
})

it('gives a tenth of what was routed beside them', () => {
  const budget = openRetryBudget(movedClock())
  for (let request = 0; request < 50; request += 1) budget.routed('a')
  const taken = Array.from({ length: 50 }, () => budget.take('a')).filter(Boolean)
  expect(taken.length).toBeGreaterThanOrEqual(3 + 4)
  expect(taken.length).toBeLessThanOrEqual(3 + 5)
})

it('saves little up, so that a quiet hour pays for no storm', () => {
  const clock = movedClock()
  const budget = openRetryBudget(clock)
  for (let request = 0; request < 10_000; request += 1) budget.routed('a')
  clock.advance(3_600_000)
  expect(Array.from({ length: 100 }, () => budget.take('a')).filter(Boolean)).toHaveLength(3 + 10)
})

it('is each provider’s own', () => {
  const budget = openRetryBudget(movedClock())
  while (budget.take('a'));
  expect(budget.take('b')).toBe(true)
})
