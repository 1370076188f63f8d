/** The natural day of a zone: which one an instant lies in, and when it ends. */
import { fixedOffsetMs } from '../core/time-zone.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** `YYYY-MM-DD` in the zone. */
export function dayIn(timeZone: string, at: Date): string {
  const offsetMs = fixedOffsetMs(timeZone)
  if (offsetMs !== undefined) return new Date(at.getTime() + offsetMs).toISOString().slice(0, 10)
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format.format(at)
}

const HOUR_MS = 3_600_000

/** The stretch of a day that was found last, for each zone: finding an end asks Intl some thirty times. */
const found = new Map<string, { readonly fromMs: number; readonly endMs: number }>()

/** The first instant of the next day. Days of 23 and 25 hours are as long as they are. */
export function endOfDay(timeZone: string, at: Date): Date {
  const fromMs = at.getTime()
  const last = found.get(timeZone)
  if (last && fromMs >= last.fromMs && fromMs < last.endMs) return new Date(last.endMs)
  const today = dayIn(timeZone, at)
  // No day is longer than 25 h; bisect between now (still today) and then (tomorrow) to the millisecond.
  let inside = fromMs
  let outside = inside + 26 * HOUR_MS
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (dayIn(timeZone, new Date(middle)) === today) inside = middle
    else outside = middle
  }
  found.set(timeZone, { fromMs, endMs: outside })
  return new Date(outside)
}
