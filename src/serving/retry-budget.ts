/** How many second tries a provider gets: a tenth of the requests routed to it, and three a second. */
import type { Clock } from '../core/ports.ts'

export interface RetryBudget {
  /** A request was routed to the provider. */
  routed(provider: string): void
  /** May it be asked once more? A yes is spent. */
  take(provider: string): boolean
}

const SHARE = 0.1
const PER_SECOND = 3
/** What is not used is kept for ten seconds at most, so that a quiet hour does not pay for a storm. */
const MOST = PER_SECOND * 10

export function openRetryBudget(clock: Clock): RetryBudget {
  const accounts = new Map<string, { tokens: number; atMs: number }>()
  const accountOf = (provider: string): { tokens: number; atMs: number } => {
    const nowMs = clock.monotonicMs()
    const account = accounts.get(provider) ?? { tokens: PER_SECOND, atMs: nowMs }
    account.tokens = Math.min(MOST, account.tokens + ((nowMs - account.atMs) / 1_000) * PER_SECOND)
    account.atMs = nowMs
    accounts.set(provider, account)
    return account
  }
  return {
    routed(provider) {
      const account = accountOf(provider)
      account.tokens = Math.min(MOST, account.tokens + SHARE)
    },
    take(provider) {
      const account = accountOf(provider)
      if (account.tokens < 1) return false
      account.tokens -= 1
      return true
    },
  }
}
