/** The verdict on an answer that breaks its own format. */
import type { FailureScope } from '../core/failure.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { FailedVerdict } from '../core/verdict.ts'
import { decoded } from './latin1.ts'

export function malformed(evidence: Said, scope: FailureScope = 'model'): FailedVerdict {
  return { kind: 'malformed', failure: { kind: 'malformed', scope, evidence } }
}

/** It ended before it was over. */
export function truncated(how: 'done-too-early' | 'no-finish-reason' | 'not-begun'): FailedVerdict {
  return { kind: 'truncated', failure: { kind: 'malformed', scope: 'model', evidence: phrase(how) } }
}

/**
 * A broken event holds the answer's own text, which is nobody's to log; a word in its place is quoted. It is shortened
 * once nothing of us is in it: half a credential would not be found.
 */
export function whatCame(data: string): Said {
  return data.startsWith('{')
    ? phrase('broken-event')
    : phrase('not-an-event', { words: decoded(data.slice(0, 4_000)) })
}
