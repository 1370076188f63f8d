/** What is left of an account's day, and which days a request sent now is charged to. */
import type { QuotaLeft, QuotaPolicy } from '../core/quota-policy.ts'
import { dayIn, endOfDay } from './day.ts'

/** Our clock and the provider's may differ by this much: around midnight a request is charged to both days. */
const SKEW_MS = 2_000

export function chargedDays(policy: QuotaPolicy, now: Date): readonly string[] {
  const days = [now, new Date(now.getTime() - SKEW_MS), new Date(now.getTime() + SKEW_MS)].map((at) =>
    dayIn(policy.timeZone, at),
  )
  return [...new Set(days)]
}

/** `used` tells an account's count on a day. */
export function quotaLeft(policy: QuotaPolicy, used: (day: string) => number, now: Date): QuotaLeft {
  const { timeZone, requestsPerDay: limit } = policy
  const justBefore = new Date(now.getTime() - SKEW_MS)
  const today = dayIn(timeZone, now)
  const yesterday = dayIn(timeZone, justBefore)
  // Just after midnight a spent yesterday still counts: it stands in the way for a moment, not for another day.
  const onlyYesterday = yesterday !== today && used(yesterday) >= limit && used(today) < limit
  return {
    used: Math.max(...chargedDays(policy, now).map(used)),
    limit,
    resetsAt: onlyYesterday ? new Date(endOfDay(timeZone, justBefore).getTime() + SKEW_MS) : endOfDay(timeZone, now),
    timeZone,
  }
}
