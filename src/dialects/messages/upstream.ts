/** Messages as upstreams speak it. */
import { chatFailureReader } from '../chat-completions/failure.ts'
import type { UpstreamDialect } from '../upstream-dialect.ts'
import { readMessagesAnswer } from './answer.ts'
import { messagesAnswerReader } from './answer-reader.ts'
import { relayBody } from './request.ts'
import { messagesWatcher } from './watcher.ts'
import { writeMessagesBody } from './write-body.ts'

/** The one version that the format has had for all of its servers. */
const VERSION = '2023-06-01'

export const MESSAGES_UPSTREAM: UpstreamDialect = {
  path: '/messages',
  headers: (secret, given) => [
    ...(secret === undefined ? [] : ['x-api-key', secret]),
    ...Object.entries({ 'anthropic-version': VERSION, ...given }).flat(),
  ],
  failureReader: chatFailureReader,
  watchStream: messagesWatcher,
  readAnswer: readMessagesAnswer,
  relayBody,
  writeBody: writeMessagesBody,
  answerReader: messagesAnswerReader,
}
