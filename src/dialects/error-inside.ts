/** An error met inside an answer that began as a good one. */
import type { FailedVerdict } from '../core/verdict.ts'
import { errorWords } from './error-object.ts'
import { parsedJson } from './fields.ts'
import type { JudgeOptions } from './judge.ts'
import { decoded } from './latin1.ts'

const LONGEST_EVIDENCE = 65_536

/** An event's data, a character a byte, as the words that it holds. */
export function wordsIn(data: string): string {
  return decoded(data.slice(0, LONGEST_EVIDENCE))
}

/** `status` = told beside it, 0 where none was. */
export function errorInside(
  text: string,
  status: number,
  { readFailure, now }: Pick<JudgeOptions, 'readFailure' | 'now'>,
): FailedVerdict {
  const json = parsedJson(text)
  const failure = readFailure({
    status: status >= 400 ? status : (errorWords(json)?.status ?? 200),
    contentType: json === undefined ? 'text/plain' : 'application/json',
    text,
    json,
    now: now(),
  })
  return { kind: failure.kind === 'filtered' ? 'filtered' : 'error-inside-200', failure }
}
