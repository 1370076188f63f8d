/** Times told in an error's own words: how long to wait, or when a limit is over. */

/** More of a message is not read: a time stands near its beginning. */
const READ = 2_000
const DAY_MS = 86_400_000
/** No window of a quota is longer; a day without a year that lies further off has just passed. */
const LONGEST_WINDOW_MS = 32 * DAY_MS

/** Milliseconds from now; undefined = none is told, or it is over. */
export function toldWaitMs(words: string, now: Date): number | undefined {
  const text = words.slice(0, READ)
  const waitMs = durationTold(text) ?? untilTold(text, now)
  return waitMs !== undefined && waitMs > 0 ? waitMs : undefined
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^m(?:illi)?s/i, 1],
  [/^s/i, 1_000],
  [/^m/i, 60_000],
  [/^h/i, 3_600_000],
  [/^d/i, DAY_MS],
]

// The parts are counted, so that no text takes more than a step for each of its characters and part.
const PART = String.raw`\d{1,7}(?:\.\d{1,6})? ?(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)`
const DURATION = new RegExp(
  String.raw`\b(?:try again|retry|wait|resets?|reset|available)(?: (?:again|in|after|for|about|another|at least)){1,3} (${PART}(?:(?:,| and|, and)? ?${PART}){0,3})(?!\w)`,
  'i',
)

/** "Please try again in 6m0s.", "retry after 20 seconds". */
function durationTold(text: string): number | undefined {
  const told = DURATION.exec(text)?.[1]
  return told === undefined ? undefined : durationMs(told)
}

/** `20s`, `6m0s`, `350ms`, `1 hour and 2 minutes`; undefined = it is none. */
export function durationMs(text: string): number | undefined {
  let sum = 0
  let parts = 0
  for (const [, figure, unit = ''] of text.slice(0, 100).matchAll(/(\d{1,7}(?:\.\d{1,6})?) ?([a-z]+)/gi)) {
    const size = UNITS.find(([pattern]) => pattern.test(unit))?.[1]
    if (size === undefined) return undefined
    sum += Number(figure) * size
    parts += 1
  }
  return parts === 0 ? undefined : sum
}

const INSTANT =
  /\b(?:resets?|access|again|available|until)(?: again)? (?:at|on) (?:(\d{4})-)?(\d\d)-(\d\d)(?:T| at | )(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?: UTC(?![+-])| ?Z\b)/i

/** "The quota will reset at 07-27 09:25:00 UTC.": without a year the next such time is meant. */
function untilTold(text: string, now: Date): number | undefined {
  const told = INSTANT.exec(text)?.slice(1).map(Number)
  if (!told) return undefined
  const [year = Number.NaN, month = 0, day = 0, hour = 0, minute = 0, second = 0] = told
  const isDated = Number.isInteger(year)
  const thisYear = now.getUTCFullYear()
  for (const candidate of isDated ? [year] : [thisYear, thisYear + 1]) {
    const at = new Date(Date.UTC(candidate, month - 1, day, hour, minute, second || 0))
    if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) continue
    const waitMs = at.getTime() - now.getTime()
    if (waitMs > 0 && (isDated || waitMs <= LONGEST_WINDOW_MS)) return waitMs
  }
  return undefined
}
