/** How many second tries a provider gets: a tenth of the requests routed to it, and three a second. */
import type { Clock } from '../core/ports.ts'

export interface RetryBudget {
  /** A request was routed to the provider. */
  routed(provider: string): void
  /** May it be asked once more? A yes is spent. */
  take(provider: string): boolean
}

const SHARE = 0.1
/** So much of the share is saved up: a quiet hour does not pay for a storm. */
const MOST_SAVED = 10
const PER_SECOND = 3

interface Account {
  share: number
  /** When the last ones of the three a second were taken, the oldest first. */
  readonly takenMs: number[]
}

export function openRetryBudget(clock: Clock): RetryBudget {
  const accounts = new Map<string, Account>()
  const accountOf = (provider: string): Account => {
    const known = accounts.get(provider)
    if (known) return known
    const opened: Account = { share: 0, takenMs: [] }
    accounts.set(provider, opened)
    return opened
  }

  return {
    routed(provider) {
      const account = accountOf(provider)
      account.share = Math.min(MOST_SAVED, account.share + SHARE)
    },
    take(provider) {
      const account = accountOf(provider)
      const nowMs = clock.monotonicMs()
      while (account.takenMs.length > 0 && nowMs - (account.takenMs[0] ?? nowMs) >= 1_000) account.takenMs.shift()
      if (account.takenMs.length < PER_SECOND) {
        account.takenMs.push(nowMs)
        return true
      }
      if (account.share < 1) return false
      account.share -= 1
      return true
    },
  }
}
