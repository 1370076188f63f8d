/** What rested and may be over is found out by one at a time. */
import { expect, it } from 'vitest'
import { openDoubts } from './doubts.ts'
import { movedClock } from './fixtures/clock.ts'

const KEY = 'model p m'

it('is doubted once its time is over, until somebody has had an answer, or for ten minutes', () => {
  const clock = movedClock()
  const doubts = openDoubts(clock)
  expect(doubts.isDoubted(KEY)).toBe(false)
  doubts.raise(KEY, 5_000)
  expect(doubts.isDoubted(KEY)).toBe(false)
  clock.advance(5_000)
  expect(doubts.isDoubted(KEY)).toBe(true)
  doubts.settle(KEY)
  expect(doubts.isDoubted(KEY)).toBe(false)
  doubts.raise(KEY, 5_000)
  clock.advance(5_000 + 10 * 60_000)
  expect(doubts.isDoubted(KEY)).toBe(false)
})

it('is one request’s to find out, all of it or nothing', () => {
  const doubts = openDoubts(movedClock())
  expect(doubts.begin([KEY, 'account p'])).toBe(true)
  expect(doubts.begin(['provider p', KEY])).toBe(false)
  expect(doubts.isBeingTried('provider p')).toBe(false)
  doubts.end([KEY, 'account p'])
  expect(doubts.begin(['provider p', KEY])).toBe(true)
})
