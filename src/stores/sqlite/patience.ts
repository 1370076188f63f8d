/** Waiting for a lock that another process holds. */
import { SQLITE_BUSY, sqliteResult } from './errors.ts'

const STEP_MS = 1
const nobodyWakesUs = new Int32Array(new SharedArrayBuffer(4))

/**
 * Tries again in short steps, at most for `busyMs`. SQLite's own busy handler steps up to 100 ms, and one who sleeps so
 * long is starved by a peer that writes without pause (seen: 40 commits against 6,000, then a time-out).
 */
export function patiently<Result>(busyMs: number, work: () => Result): Result {
  let deadline: number | undefined
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (sqliteResult(error) !== SQLITE_BUSY) throw error
      // Asked here: the first look at this clock costs a command 1 ms, and few meet a lock.
      deadline ??= performance.now() + busyMs
      if (performance.now() >= deadline) throw error
      Atomics.wait(nobodyWakesUs, 0, 0, STEP_MS)
    }
  }
}

/** Looks again in short steps, at most for `longestMs`, until it is so. */
export function waitUntil(isSo: () => boolean, longestMs: number): boolean {
  const deadline = performance.now() + longestMs
  while (!isSo()) {
    if (performance.now() >= deadline) return false
    Atomics.wait(nobodyWakesUs, 0, 0, STEP_MS)
  }
  return true
}
