/** How many requests each account has used on each natural day. */
import { naturalDay } from './clock.ts'

export interface DailyQuota {
  used(account: string, nowMs: number): number
  /** Counts one request, unless the day is spent. */
  take(account: string, nowMs: number, perDay: number): 'taken' | 'spent'
  set(account: string, nowMs: number, used: number): void
  accounts(): readonly string[]
}

export function createDailyQuota(): DailyQuota {
  const days = new Map<string, Map<string, number>>()
  const used = (account: string, nowMs: number): number => days.get(account)?.get(naturalDay(nowMs)) ?? 0
  const set = (account: string, nowMs: number, count: number): void => {
    const ofAccount = days.get(account) ?? new Map<string, number>()
    days.set(account, ofAccount.set(naturalDay(nowMs), count))
  }
  return {
    used,
    set,
    take(account, nowMs, perDay) {
      const before = used(account, nowMs)
      if (before >= perDay) return 'spent'
      set(account, nowMs, before + 1)
      return 'taken'
    },
    accounts: () => [...days.keys()],
  }
}
