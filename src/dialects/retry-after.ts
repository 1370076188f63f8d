/** When the headers of an answer let one come back: `Retry-After` (RFC 9110, 10.2.3), and those of limits. */
import type { HeaderMap } from '../core/ports.ts'
import type { FailedAnswer } from '../core/provider.ts'
import { durationMs } from './told-times.ts'

/** More than a server of ours has ever sent. */
const MOST_HEADERS = 40

/** What an answer's headers say of coming back, and nothing else of them. */
export function comeBackHeaders(headers: HeaderMap): Pick<FailedAnswer, 'retryAfter' | 'rateLimit'> {
  const inMs = Number(one(headers['retry-after-ms']) || Number.NaN)
  const retryAfter = inMs > 0 ? String(inMs / 1_000) : one(headers['retry-after'])
  const limits = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const first = name.includes('ratelimit') ? one(value) : undefined
    return first === undefined ? [] : [[name, first]]
  })
  return {
    ...(retryAfter && { retryAfter }),
    ...(limits.length > 0 && { rateLimit: Object.fromEntries(limits.slice(0, MOST_HEADERS)) }),
  }
}

/** Seconds or a date; undefined = it is neither, or it is over. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const waitMs = waitFrom(header?.trim() ?? '', now)
  return waitMs > 0 ? waitMs : undefined
}

/**
 * Several limits may be told, each with what is left of it and when it is whole again: the one that is spent counts, or
 * the one that is nearest to it. Which of several it was cannot be known where nothing is said of what is left.
 */
export function limitResetMs(rateLimit: FailedAnswer['rateLimit'], now: Date): number | undefined {
  const limits = Object.entries(rateLimit ?? {}).flatMap(([name, value]) => {
    const waitMs = name.includes('reset') ? resetMs(value.trim(), now) : Number.NaN
    if (!(waitMs > 0)) return []
    const beside = (word: string): number => Number(rateLimit?.[name.replace('reset', word)] ?? Number.NaN)
    const share = beside('remaining') <= 0 ? 0 : beside('remaining') / beside('limit')
    return [{ waitMs, share }]
  })
  const least = Math.min(...limits.map(({ share }) => share))
  const meant = limits.length === 1 ? limits : limits.filter(({ share }) => share === least)
  return meant.length === 0 ? undefined : Math.max(...meant.map(({ waitMs }) => waitMs))
}

/** A duration (`6m0s`), an instant, seconds from now, or seconds or milliseconds of the epoch: each is in use. */
export function resetMs(text: string, now: Date): number {
  if (/^\d{10}(?:\.\d{1,6})?$/.test(text)) return Number(text) * 1_000 - now.getTime()
  if (/^\d{13}$/.test(text)) return Number(text) - now.getTime()
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text))
    return Date.parse(text) - now.getTime()
  if (/^(?:\d{1,7}(?:\.\d{1,6})?(?:ms|[smhd])){1,5}$/.test(text)) return durationMs(text) ?? Number.NaN
  return waitFrom(text, now)
}

function waitFrom(text: string, now: Date): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  // Date.parse makes a date of nearly any word with a number, so the form is asked first.
  if (/^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/.test(text))
    return Date.parse(text) - now.getTime()
  return Number.NaN
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
