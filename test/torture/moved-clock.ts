/** The system's clock with time that has passed on top, for the wall and for waits alike. */
import type { Clock } from '../../src/core/ports.ts'
import { systemClock } from '../../src/system/clock.ts'

export interface MovedClock extends Clock {
  /** How much more time has passed than the system knows of. */
  set(offsetMs: number): void
}

export function movedClock(offsetMs = 0): MovedClock {
  let byMs = offsetMs
  return {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + byMs),
    monotonicMs: () => systemClock.monotonicMs() + byMs,
    set(next) {
      byMs = next
    },
  }
}

/** One that moves when it is slept on, so that nobody waits. */
export function hurriedClock(offsetMs: number): MovedClock {
  let byMs = offsetMs
  const moved = movedClock(offsetMs)
  const set = (next: number): void => {
    byMs = next
    moved.set(next)
  }
  return {
    ...moved,
    set,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      set(byMs + ms)
      // A turn for the network, and for whoever is waited for.
      await new Promise((resolve) => void setTimeout(resolve, 2))
      signal?.throwIfAborted()
    },
  }
}
