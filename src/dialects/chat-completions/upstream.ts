/** Chat Completions as upstreams speak it. */
import type { UpstreamDialect } from '../upstream-dialect.ts'
import { readChatAnswer } from './answer.ts'
import { chatAnswerReader } from './answer-reader.ts'
import { chatFailureReader } from './failure.ts'
import { relayBody } from './relay-body.ts'
import { chatStreamWatcher } from './watcher.ts'
import { writeChatBody } from './write-body.ts'

export const CHAT_UPSTREAM: UpstreamDialect = {
  path: '/chat/completions',
  headers: (secret) => (secret === undefined ? [] : ['authorization', `Bearer ${secret}`]),
  failureReader: chatFailureReader,
  watchStream: chatStreamWatcher,
  readAnswer: readChatAnswer,
  relayBody,
  writeBody: writeChatBody,
  answerReader: chatAnswerReader,
}
