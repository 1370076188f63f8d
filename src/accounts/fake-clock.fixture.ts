/** A clock that moves when it is slept on or told to, so that nobody waits. */
import type { Clock } from '../core/ports.ts'

export interface FakeClock extends Clock {
  /** Time passes: on the wall, and for waits. */
  advance(ms: number): void
  /** Somebody sets the clock on the wall. */
  setWall(byMs: number): void
  /** How long was slept, call by call. */
  readonly slept: readonly number[]
}

/** `onSleep` lets others keep pace: a server with a clock of its own, a person who acts meanwhile. */
export function fakeClock(
  start = '2026-03-14T12:00:00Z',
  onSleep: (ms: number) => Promise<unknown> = () => Promise.resolve(),
): FakeClock {
  let wallMs = Date.parse(start)
  let monotonicMs = 1_000
  const slept: number[] = []
  const advance = (ms: number): void => {
    wallMs += ms
    monotonicMs += ms
  }
  return {
    now: () => new Date(wallMs),
    monotonicMs: () => monotonicMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      advance(ms)
      await onSleep(ms)
      // A turn of the event loop, so that a loop that sleeps leaves room for others.
      await new Promise((resolve) => void setImmediate(resolve))
      signal?.throwIfAborted()
    },
    advance,
    setWall(byMs) {
      wallMs += byMs
    },
    slept,
  }
}
