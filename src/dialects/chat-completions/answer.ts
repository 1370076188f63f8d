/** A whole chat answer: what it comes to. */
import { phrase } from '../../core/phrase.ts'
import type { WatcherOptions } from '../stream-watcher.ts'
import type { AnswerReading } from '../judge.ts'
import { readWhole } from '../whole-answer.ts'
import { chatJudge } from './judge.ts'

export function readChatAnswer(body: Uint8Array, options: WatcherOptions): AnswerReading {
  return readWhole(chatJudge(options), body, { ...options, unbegun: phrase('no-choices') })
}
