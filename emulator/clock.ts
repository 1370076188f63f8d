/** The emulator's clock: natural time, which a test may move. */

/** Qwen's day is assumed to begin at midnight in Asia/Shanghai, which is UTC+8 the whole year. */
const shanghaiOffsetMs = 8 * 3_600_000
const dayMs = 24 * 3_600_000

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Natural time goes on from there. */
  setTo(timeMs: number): void
  advance(byMs: number): void
  reset(): void
  /** How far the clock stands from natural time. */
  movedMs(): number
}

export function createClock(): Clock {
  let offsetMs = 0
  return {
    now: () => Date.now() + offsetMs,
    setTo: (timeMs) => {
      offsetMs = timeMs - Date.now()
    },
    advance: (byMs) => {
      offsetMs += byMs
    },
    reset: () => {
      offsetMs = 0
    },
    movedMs: () => offsetMs,
  }
}

/** The natural day in Asia/Shanghai, as YYYY-MM-DD. */
export function naturalDay(nowMs: number): string {
  return new Date(nowMs + shanghaiOffsetMs).toISOString().slice(0, 10)
}

/** The instant at which the day of `nowMs` ends. */
export function endOfDay(nowMs: number): Date {
  const dayNumber = Math.floor((nowMs + shanghaiOffsetMs) / dayMs)
  return new Date((dayNumber + 1) * dayMs - shanghaiOffsetMs)
}
