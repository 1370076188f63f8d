/** When a `Retry-After` header lets one come back (RFC 9110, 10.2.3). */
import type { FailureKind } from '../core/failure.ts'

const HOUR_MS = 3_600_000
const MONTH_MS = 31 * 24 * HOUR_MS

/**
 * Seconds or a date; what is past or neither is ignored. A quota's window may be a month; all else passes within
 * minutes, so more than an hour is a mistake and is cut there.
 */
export function retryAtFrom(header: string | undefined, now: Date, kind: FailureKind): Date | undefined {
  const waitMs = waitFrom(header?.trim() ?? '', now)
  if (!(waitMs > 0)) return undefined
  return new Date(now.getTime() + Math.min(waitMs, kind === 'quota' ? MONTH_MS : HOUR_MS))
}

function waitFrom(text: string, now: Date): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  // Date.parse makes a date of nearly any word with a number, so the form is asked first.
  if (/^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/.test(text))
    return Date.parse(text) - now.getTime()
  return Number.NaN
}
