import { expect, it } from 'vitest'
import { toldWaitMs } from './told-times.ts'

const now = new Date('2026-07-22T08:00:00Z')
const DAY_MS = 86_400_000

it.each([
  ['Rate limit reached. Please try again in 20s. Visit the docs.', 20_000],
  ['Please try again in 6m0s.', 360_000],
  ['Please try again in 1h12m30.5s', 4_350_500],
  ['Please try again in 174ms', 174],
  ['Please retry after 20 seconds.', 20_000],
  ['Try again in about 1 hour and 2 minutes', 3_720_000],
  ['Your limit resets in 3 days', 3 * DAY_MS],
  ['Wait for 5 mins', 300_000],
  ['The quota will reset at 07-27 09:25:00 UTC.', 5 * DAY_MS + 5_100_000],
  ['The quota will reset at 2026-07-27 09:25:00 UTC.', 5 * DAY_MS + 5_100_000],
  ['The quota resets at 2026-07-22T08:00:30Z', 30_000],
  ['You will regain access on 2026-08-01 at 00:00 UTC.', 9 * DAY_MS + 57_600_000],
])('reads %s', (words, expected) => {
  expect(toldWaitMs(words, now)).toBe(expected)
})

it.each([
  'Please try again later.',
  'Please try again in 5 months.',
  'Try again in 0s',
  'You used 20s of audio.',
  'It was reset at 07-22 07:59:59 UTC.',
  'It will reset at 02-31 07:59:59 UTC.',
  'It will reset at 07-27 09:25:00 UTC+8.',
  'It will reset at 07-27 09:25:00.',
  'It will reset at 10-27 09:25:00 UTC.',
  '',
])('is told no time by %j', (words) => {
  expect(toldWaitMs(words, now)).toBeUndefined()
})

it('takes no longer over hostile words', () => {
  for (const words of ['try again in 1s ', 'try again in 1s and ', '1h', 'reset at 07-27 ', 'wait for for '])
    expect(toldWaitMs(`try again in ${words.repeat(5_000)}`, now) ?? 0).toBeGreaterThanOrEqual(0)
})
