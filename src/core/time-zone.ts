/** Names of time zones. */

/** Such as `Asia/Shanghai` or `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    // Intl has no question for this, only an exception; a schema turns it into a message.
    return false
  }
}
