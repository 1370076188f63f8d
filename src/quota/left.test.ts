import { describe, expect, it } from 'vitest'
import type { QuotaPolicy } from '../core/quota-policy.ts'
import { chargedDays, quotaLeft } from './left.ts'

const policy: QuotaPolicy = { requestsPerDay: 2_000, timeZone: 'Asia/Shanghai' }

/** Midnight in Shanghai, moved by so many milliseconds. */
const aroundMidnight = (ms: number): Date => new Date(Date.parse('2026-07-22T16:00:00Z') + ms)

const counts = (byDay: Readonly<Record<string, number>>) => (day: string) => byDay[day] ?? 0

describe('a request', () => {
  it.each([
    [-2_001, ['2026-07-22']],
    [-2_000, ['2026-07-22', '2026-07-23']],
    [-1, ['2026-07-22', '2026-07-23']],
    [0, ['2026-07-23', '2026-07-22']],
    [1_999, ['2026-07-23', '2026-07-22']],
    [2_000, ['2026-07-23']],
  ])('%d ms from midnight is charged to %j', (ms, days) => {
    expect(chargedDays(policy, aroundMidnight(ms))).toEqual(days)
  })
})

describe('what is left of a day', () => {
  it("is told with the limit, the day's end and its zone", () => {
    const now = new Date('2026-07-22T08:00:00Z')
    expect(quotaLeft(policy, counts({ '2026-07-22': 12, '2026-07-21': 900 }), now)).toEqual({
      used: 12,
      limit: 2_000,
      resetsAt: new Date('2026-07-22T16:00:00Z'),
      timeZone: 'Asia/Shanghai',
    })
  })

  it('counts the fuller of two days while both are charged', () => {
    const used = counts({ '2026-07-22': 1_999, '2026-07-23': 3 })
    expect(quotaLeft(policy, used, aroundMidnight(-1_000)).used).toBe(1_999)
    expect(quotaLeft(policy, used, aroundMidnight(1_000)).used).toBe(1_999)
    expect(quotaLeft(policy, used, aroundMidnight(3_000)).used).toBe(3)
  })

  it('comes back two seconds after midnight, not a day later, when yesterday was spent', () => {
    const used = counts({ '2026-07-22': 2_000 })
    const left = quotaLeft(policy, used, aroundMidnight(500))
    expect(left).toMatchObject({ used: 2_000, resetsAt: aroundMidnight(2_000) })
    expect(quotaLeft(policy, used, left.resetsAt).used).toBe(0)
  })

  it('comes back at the next midnight when today is spent, also just after midnight', () => {
    const used = counts({ '2026-07-22': 2_000, '2026-07-23': 2_000 })
    expect(quotaLeft(policy, used, aroundMidnight(-1_000)).resetsAt).toEqual(aroundMidnight(0))
    expect(quotaLeft(policy, used, aroundMidnight(500)).resetsAt).toEqual(aroundMidnight(24 * 3_600_000))
  })
})
