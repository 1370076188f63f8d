/** A token endpoint that says no without saying that it is for good: believed after three tries over five minutes. */
import type { LoginProblem } from '../core/credential.ts'
import { keptSaid, phrase, saidFrom } from '../core/phrase.ts'
import type { TokenProblem } from './tokens.ts'

/** Times are ISO. */
export interface Refusals {
  readonly times: number
  readonly since: string
  readonly last: string
  /** The last answer, a `keptSaid`. */
  readonly evidence: string
  readonly status: number
}

/** What speaks of the one who asks; all else (a 429, a 500, a page) speaks of the server or of the way to it. */
const REFUSING: ReadonlySet<number> = new Set([400, 401, 403, 404])
const BELIEVED_TIMES = 3
const BELIEVED_MS = 5 * 60_000
/** Servers have been seen to come round, so they are asked again, this seldom. */
export const REFUSED_AGAIN_MS = 10 * 60_000

/** As they stand after one more answer; an answer that is no refusal leaves them as they are. */
export function counted(
  before: Refusals | undefined,
  { kind, status, evidence }: TokenProblem,
  now: Date,
): Refusals | undefined {
  if (kind !== 'passing' || status === undefined || !REFUSING.has(status)) return before
  const last = now.toISOString()
  // A clock that was set back would count from a time that has not come.
  const since = before && before.since < last ? before.since : last
  return { times: (before?.times ?? 0) + 1, since, last, evidence: keptSaid(evidence), status }
}

/** Undefined = not believed yet. */
export function problemOfRefusals(refusals: Refusals | undefined): LoginProblem | undefined {
  if (!refusals || refusals.times < BELIEVED_TIMES) return undefined
  const { since, last, times, evidence, status } = refusals
  if (Date.parse(last) - Date.parse(since) < BELIEVED_MS) return undefined
  return {
    evidence: phrase('renewal-refused', { words: saidFrom(evidence), times, since }),
    status,
    askAgainAt: new Date(Date.parse(last) + REFUSED_AGAIN_MS),
  }
}
