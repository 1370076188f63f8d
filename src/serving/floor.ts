/** Those who are asked for one answer at the same time: whoever speaks first has the floor, the others are ended. */
import type { Clock } from '../core/ports.ts'

export interface Speaker {
  /** At the commit point. False = somebody else has the floor. */
  speak(): boolean
  readonly isOutrun: boolean
  /** How to end what is under way, once somebody else speaks. */
  whenOutrun(end: () => void): void
  /** It will not speak any more. */
  leave(): void
}

/** For a request of which nobody else will be asked at the same time. */
export const ALONE: Speaker = {
  speak: () => true,
  isOutrun: false,
  whenOutrun: () => undefined,
  leave: () => undefined,
}

export interface Floor {
  readonly isTaken: boolean
  /** `outrun` = told when another has the floor. */
  join(outrun: () => void): Speaker
  /** Resolves after so long, or as soon as the floor is taken. */
  wait(ms: number): Promise<void>
  /** Nobody waits any longer, and whoever is still asked is ended. */
  close(): void
}

export function openFloor(clock: Pick<Clock, 'sleep'>): Floor {
  const taken = new AbortController()
  const speakers = new Set<{ readonly outrun: () => void }>()
  return {
    get isTaken() {
      return taken.signal.aborted
    },
    join(outrun) {
      let isOutrun = false
      let end: (() => void) | undefined
      const self = {
        outrun() {
          isOutrun = true
          outrun()
          end?.()
        },
      }
      speakers.add(self)
      return {
        speak() {
          if (isOutrun) return false
          if (!taken.signal.aborted) taken.abort()
          for (const other of speakers) if (other !== self) other.outrun()
          return true
        },
        get isOutrun() {
          return isOutrun
        },
        whenOutrun(how) {
          end = how
        },
        leave: () => void speakers.delete(self),
      }
    },
    wait: (ms) => clock.sleep(ms, taken.signal).catch(() => undefined), // the floor was taken
    close() {
      taken.abort()
      for (const speaker of speakers) speaker.outrun()
    },
  }
}
