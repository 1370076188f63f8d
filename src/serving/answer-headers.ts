/** Who answered, and what was met before: the headers of an answer. */
import { nameOf, type Candidate } from '../core/decision.ts'

export interface Answering {
  readonly requestId: string
  /** Undefined = nobody answered. */
  readonly candidate?: Candidate
  /** `ref=failure`, in the order in which they were met. */
  readonly attempts: readonly string[]
  /** Fields of the request that the one who answered was not told. */
  readonly dropped?: readonly string[]
}

export function answerHeaders({
  requestId,
  candidate,
  attempts,
  dropped = [],
}: Answering): Readonly<Record<string, string>> {
  return {
    'x-request-id': requestId,
    ...(candidate && {
      'x-openclaw-model': headerText(nameOf(candidate)),
      'x-openclaw-profile': headerText(candidate.profile.id),
    }),
    'x-openclaw-attempts': headerText(attempts.join(', ')),
    ...(dropped.length > 0 && { 'x-openclaw-dropped': headerText(dropped.join(', ')) }),
  }
}

/** Programs refuse heads of more than 16 KiB. */
const LONGEST_VALUE = 4_096

/** Names come from settings and callers: what no header may hold is percent-encoded. */
function headerText(text: string): string {
  const written = text.toWellFormed().replace(/[^\x20-\x7e]+/g, encodeURIComponent)
  return written.length <= LONGEST_VALUE ? written : `${written.slice(0, LONGEST_VALUE - 3)}...`
}
