import { expect, it } from 'vitest'
import { retryAtFrom } from './retry-after.ts'

const now = new Date('2026-07-22T08:00:00Z')
const waitMs = (header: string | undefined, kind: 'rate-limit' | 'quota' = 'rate-limit'): number | undefined => {
  const at = retryAtFrom(header, now, kind)
  return at && at.getTime() - now.getTime()
}

it('reads seconds and dates', () => {
  expect(waitMs('2')).toBe(2_000)
  expect(waitMs(' 0.5 ')).toBe(500)
  expect(waitMs('Wed, 22 Jul 2026 08:00:30 GMT')).toBe(30_000)
  expect(waitMs('Wednesday, 22-Jul-26 08:00:30 GMT')).toBe(30_000)
})

it('ignores what is past or no time', () => {
  for (const header of [
    undefined,
    '',
    '0',
    '-5',
    'soon',
    'in 12',
    '1e3',
    'Wed, 22 Jul 2026 07:59:59 GMT',
    'Wed, 99 Xxx 2026 08:00:00 GMT',
  ]) {
    expect(waitMs(header)).toBeUndefined()
  }
})

it('cuts a rate limit at an hour and a quota at a month', () => {
  expect(waitMs('86400')).toBe(3_600_000)
  expect(waitMs('86400', 'quota')).toBe(86_400_000)
  expect(waitMs('9'.repeat(400), 'quota')).toBe(31 * 86_400_000)
})
