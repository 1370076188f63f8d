/** What rested and may be over is found out by one at a time. */
import { expect, it } from 'vitest'
import { openDoubts } from './doubts.ts'
import { movedClock } from './fixtures/clock.ts'

const KEY = 'model p m'

it('is doubted once its time is over, until somebody has had an answer, or for ten minutes', () => {
  const clock = movedClock()
  const doubts = openDoubts(clock)
  expect(doubts.isDoubted(KEY)).toBe(false)
  doubts.raise(KEY, 5_000, false)
  expect(doubts.isDoubted(KEY)).toBe(false)
  clock.advance(5_000)
  expect(doubts.isDoubted(KEY)).toBe(true)
  doubts.settle(KEY)
  expect(doubts.isDoubted(KEY)).toBe(false)
  doubts.raise(KEY, 5_000, false)
  clock.advance(5_000 + 10 * 60_000)
  expect(doubts.isDoubted(KEY)).toBe(false)
})

it('is one request’s to find out, all of it or nothing', () => {
  const doubts = openDoubts(movedClock())
  const known = doubts.begin([KEY, 'account p'])
  expect(doubts.begin(['provider p', KEY])).toBeUndefined()
  expect(doubts.isBeingTried('provider p')).toBe(false)
  known?.()
  expect(doubts.begin(['provider p', KEY])).toBeDefined()
  // It is another one's by now.
  known?.()
  expect(doubts.isBeingTried(KEY)).toBe(true)
})

it('tells a spent account from a breakdown, and keeps no more than it can use', () => {
  const clock = movedClock()
  const doubts = openDoubts(clock)
  doubts.raise(KEY, 0, true)
  expect(doubts.isQuotaDoubted(KEY)).toBe(true)
  for (let at = 0; at < 1_000; at += 1) doubts.raise(`model p invented-${at}`, 0, false)
  expect([doubts.isDoubted(KEY), doubts.isQuotaDoubted('model p invented-999')]).toEqual([false, false])
})
