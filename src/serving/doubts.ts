/** What rested and may be over: one request at a time finds out, the others go elsewhere meanwhile. */
import type { Clock } from '../core/ports.ts'

export interface Doubts {
  /** It rests; once that is over nobody knows until somebody has asked. */
  raise(key: string, restMs: number): void
  isDoubted(key: string): boolean
  isBeingTried(key: string): boolean
  /** False = another request is at one of them. Whoever began ends it, or settles it. */
  begin(keys: readonly string[]): boolean
  end(keys: readonly string[]): void
  /** It answered. */
  settle(key: string): void
}

/** Whoever was asked by nobody for so long is as good as new. */
const FORGOTTEN_MS = 10 * 60_000

export function openDoubts(clock: Clock): Doubts {
  const overAtMs = new Map<string, number>()
  const tried = new Set<string>()
  return {
    raise: (key, restMs) => void overAtMs.set(key, clock.monotonicMs() + restMs),
    isDoubted(key) {
      const atMs = overAtMs.get(key)
      if (atMs === undefined || clock.monotonicMs() < atMs) return false
      if (clock.monotonicMs() - atMs < FORGOTTEN_MS) return true
      overAtMs.delete(key)
      return false
    },
    isBeingTried: (key) => tried.has(key),
    begin(keys) {
      if (keys.some((key) => tried.has(key))) return false
      for (const key of keys) tried.add(key)
      return true
    },
    end(keys) {
      for (const key of keys) tried.delete(key)
    },
    settle: (key) => void overAtMs.delete(key),
  }
}
