/** When a `Retry-After` header lets one come back (RFC 9110, 10.2.3). */
const HOUR_MS = 3_600_000
const LONGEST_MS = { 'rate-limit': HOUR_MS, overload: HOUR_MS, quota: 31 * 24 * HOUR_MS } as const

/** Kinds of failure that pass by themselves, so that a time makes sense. */
export type PassingKind = keyof typeof LONGEST_MS

export function isPassing(kind: string): kind is PassingKind {
  return Object.hasOwn(LONGEST_MS, kind)
}

/**
 * Seconds or a date; what is past or neither is ignored. A rate limit counts minutes, so more than an hour is a
 * mistake and is cut there; a quota's window may be a month.
 */
export function retryAtFrom(header: string | undefined, now: Date, kind: PassingKind): Date | undefined {
  const waitMs = waitFrom(header?.trim() ?? '', now)
  if (!(waitMs > 0)) return undefined
  return new Date(now.getTime() + Math.min(waitMs, LONGEST_MS[kind]))
}

function waitFrom(text: string, now: Date): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  // Date.parse makes a date of nearly any word with a number, so the form is asked first.
  if (/^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/.test(text))
    return Date.parse(text) - now.getTime()
  return Number.NaN
}
