/** A whole Messages answer: what it comes to. */
import { phrase } from '../../core/phrase.ts'
import type { WatcherOptions } from '../stream-watcher.ts'
import type { AnswerReading } from '../judge.ts'
import { readWhole } from '../whole-answer.ts'
import { messagesJudge } from './judge.ts'

export function readMessagesAnswer(body: Uint8Array, options: WatcherOptions): AnswerReading {
  return readWhole(messagesJudge(options), body, { ...options, unbegun: phrase('answer-empty') })
}
