/** What rested and may be over: one request at a time finds out, the others go elsewhere meanwhile. */
import type { Clock } from '../core/ports.ts'

export interface Doubts {
  /** It rests; once that is over nobody knows until somebody has asked. `ofQuota` = what rests is a spent account. */
  raise(key: string, restMs: number, ofQuota: boolean): void
  isDoubted(key: string): boolean
  /** Is it doubted whether an account is still spent? */
  isQuotaDoubted(key: string): boolean
  isBeingTried(key: string): boolean
  /** Undefined = another request is at one of them. Whoever began calls what it gets when it knows, or gives up. */
  begin(keys: readonly string[]): (() => void) | undefined
  /** It answered. */
  settle(key: string): void
}

/** Whoever was asked by nobody for so long is as good as new. */
const FORGOTTEN_MS = 10 * 60_000
/** Callers may invent names of models. */
const MOST_KEPT = 1_000

export function openDoubts(clock: Clock): Doubts {
  const raised = new Map<string, { readonly overAtMs: number; readonly ofQuota: boolean }>()
  const tried = new Map<string, object>()
  const doubted = (key: string): { readonly ofQuota: boolean } | undefined => {
    const doubt = raised.get(key)
    if (!doubt || clock.monotonicMs() < doubt.overAtMs) return undefined
    if (clock.monotonicMs() - doubt.overAtMs < FORGOTTEN_MS) return doubt
    raised.delete(key)
    return undefined
  }
  return {
    raise(key, restMs, ofQuota) {
      raised.delete(key)
      raised.set(key, { overAtMs: clock.monotonicMs() + restMs, ofQuota })
      const [oldest] = raised.keys()
      if (raised.size > MOST_KEPT && oldest !== undefined) raised.delete(oldest)
    },
    isDoubted: (key) => doubted(key) !== undefined,
    isQuotaDoubted: (key) => doubted(key)?.ofQuota === true,
    isBeingTried: (key) => tried.has(key),
    begin(keys) {
      if (keys.some((key) => tried.has(key))) return undefined
      const holder = {}
      for (const key of keys) tried.set(key, holder)
      return () => {
        for (const key of keys) if (tried.get(key) === holder) tried.delete(key)
      }
    },
    settle: (key) => void raised.delete(key),
  }
}
