/** Accounts that refuse time after time: the fifth refusal in a row is believed for ten minutes. */
import { restKeysOf, type FailureKind, type Rest } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'

export interface Stubborn {
  /** Longer, where it has refused so often; told once for each thing that is to rest. */
  restOf(key: string, rest: Rest): Rest
  /** It answered: all that was counted is void. */
  answered(names: Parameters<typeof restKeysOf>[0]): void
}

/** They speak of the one who asks, and may do so for ever: a plan was closed, an account was locked. */
const COUNTED: ReadonlySet<FailureKind> = new Set(['auth', 'rate-limit', 'billing'])
const BELIEVED_AFTER = 5
export const BELIEVED_MS = 10 * 60_000

interface Count {
  times: number
  /** Refusals before then are of those who asked at the same time as the last one. */
  untilMs: number
}

export function openStubborn(clock: Clock): Stubborn {
  const counts = new Map<string, Count>()
  return {
    restOf(key, rest) {
      if (!COUNTED.has(rest.kind)) return rest
      const nowMs = clock.monotonicMs()
      const count = counts.get(key) ?? { times: 0, untilMs: nowMs }
      counts.set(key, count)
      if (nowMs >= count.untilMs) count.times += 1
      const ownMs = rest.until.getTime() - clock.now().getTime()
      const restMs = count.times < BELIEVED_AFTER ? ownMs : Math.max(ownMs, BELIEVED_MS)
      count.untilMs = Math.max(count.untilMs, nowMs + restMs)
      return { ...rest, until: new Date(clock.now().getTime() + restMs) }
    },
    answered(names) {
      for (const key of restKeysOf(names)) counts.delete(key)
    },
  }
}
