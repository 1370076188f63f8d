/** Time zones, by their names. */

/** Those in use that have kept one offset since 1992: the first question to Intl costs a command 12 ms. */
const FIXED_OFFSETS_MS: ReadonlyMap<string, number> = new Map([
  ['UTC', 0],
  ['Asia/Shanghai', 8 * 3_600_000],
])

/** How far the zone's wall clock is before UTC; undefined = that changes, or only Intl knows. */
export function fixedOffsetMs(zone: string): number | undefined {
  return FIXED_OFFSETS_MS.get(zone)
}

/** Such as `Asia/Shanghai` or `UTC`. */
export function isTimeZone(zone: string): boolean {
  if (FIXED_OFFSETS_MS.has(zone)) return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    // Intl has no question for this, only an exception; a schema turns it into a message.
    return false
  }
}
