/** The earliest time at which asking again may help, of all that an answer tells of it. */
import { CONSEQUENCES, type FailureKind } from '../core/failure.ts'
import type { FailedAnswer } from '../core/provider.ts'
import { limitResetMs, retryAfterMs } from './retry-after.ts'
import { toldWaitMs } from './told-times.ts'

const HOUR_MS = 3_600_000
const MONTH_MS = 31 * 24 * HOUR_MS

/**
 * Its header first, then its words, then the state of its limits. A quota's window may be a month; all else passes
 * within minutes, so more than an hour is a mistake and is cut there.
 */
export function comeBackAt(kind: FailureKind, answer: FailedAnswer, words: string): Date | undefined {
  if (!CONSEQUENCES[kind].passes) return undefined
  const { now } = answer
  const waitMs = retryAfterMs(answer.retryAfter, now) ?? toldWaitMs(words, now) ?? limitOf(kind, answer)
  return waitMs === undefined ? undefined : capped(waitMs, kind, now)
}

/** What a `Retry-After` alone says. */
export function retryAtFrom(header: string | undefined, now: Date, kind: FailureKind): Date | undefined {
  const waitMs = retryAfterMs(header, now)
  return waitMs === undefined ? undefined : capped(waitMs, kind, now)
}

function capped(waitMs: number, kind: FailureKind, now: Date): Date {
  return new Date(now.getTime() + Math.min(waitMs, kind === 'quota' ? MONTH_MS : HOUR_MS))
}

/** The limits stand in every answer; they explain only a failure of theirs. */
function limitOf(kind: FailureKind, { rateLimit, now }: FailedAnswer): number | undefined {
  return kind === 'rate-limit' || kind === 'quota' ? limitResetMs(rateLimit, now) : undefined
}
