/** Those who fail time after time: the fifth refusal in a row is believed for ten minutes, a second breakdown soon after the first for half of one. */
import { PASSING_SOON, restKeysOf, type FailureKind, type Rest } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'

export interface Stubborn {
  /** Longer, where it has refused so often; told once for each thing that is to rest. */
  restOf(key: string, rest: Rest): Rest
  /** It was outrun before it said anything. True = so often in a row that it should rest. */
  outrun(key: string): boolean
  /** It answered: all that was counted is void. */
  answered(names: Parameters<typeof restKeysOf>[0]): void
}

/** They speak of the one who asks, and may do so for ever: a plan was closed, an account was locked. */
const COUNTED: ReadonlySet<FailureKind> = new Set(['auth', 'rate-limit', 'billing'])
const BELIEVED_AFTER = 5
export const BELIEVED_MS = 10 * 60_000

/** Whoever breaks down again so soon is up and down: then nobody goes back and forth with it. */
const SOON_MS = 60_000
const RELAPSE_MS = 30_000

/** Late once is no failure. */
const OUTRUN_BELIEVED_AFTER = 3
/** Callers may invent names of models. */
const MOST_KEPT = 1_000

interface Count {
  times: number
  /** Refusals before then are of those who asked at the same time as the last one. */
  untilMs: number
}

export function openStubborn(clock: Clock): Stubborn {
  const counts = new Map<string, Count>()
  /** Until when each rested after its last breakdown: not void once it answers. */
  const brokeDown = new Map<string, number>()
  const outruns = new Map<string, number>()

  const restAgain = (key: string, rest: Rest): Rest => {
    const nowMs = clock.monotonicMs()
    const lastMs = brokeDown.get(key)
    const ownMs = rest.until.getTime() - clock.now().getTime()
    const isRelapse = lastMs !== undefined && nowMs >= lastMs && nowMs - lastMs < SOON_MS
    // Who failed beside the one whose failure it rests for says nothing new.
    const leftMs = lastMs === undefined ? 0 : lastMs - nowMs
    const restMs = Math.max(ownMs, isRelapse ? RELAPSE_MS : leftMs)
    brokeDown.delete(key)
    brokeDown.set(key, nowMs + restMs)
    const [oldest] = brokeDown.keys()
    if (brokeDown.size > MOST_KEPT && oldest !== undefined) brokeDown.delete(oldest)
    return { ...rest, until: new Date(clock.now().getTime() + restMs) }
  }

  return {
    restOf(key, rest) {
      if (PASSING_SOON.has(rest.kind) && !rest.isTold) return restAgain(key, rest)
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
    outrun(key) {
      const times = (outruns.get(key) ?? 0) + 1
      if (outruns.size < MOST_KEPT || outruns.has(key)) outruns.set(key, times)
      return times >= OUTRUN_BELIEVED_AFTER
    },
    answered(names) {
      for (const key of restKeysOf(names)) {
        counts.delete(key)
        outruns.delete(key)
      }
    },
  }
}
