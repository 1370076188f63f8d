/** A whole Responses answer: what it comes to. */
import { phrase } from '../../core/phrase.ts'
import type { WatcherOptions } from '../stream-watcher.ts'
import type { AnswerReading } from '../judge.ts'
import { readWhole } from '../whole-answer.ts'
import { responsesJudge } from './judge.ts'

export function readResponsesAnswer(body: Uint8Array, options: WatcherOptions): AnswerReading {
  return readWhole(responsesJudge(options), body, { ...options, unbegun: phrase('answer-empty') })
}
