/** Responses as upstreams speak it. */
import { chatFailureReader } from '../chat-completions/failure.ts'
import type { UpstreamDialect } from '../upstream-dialect.ts'
import { readResponsesAnswer } from './answer.ts'
import { responsesAnswerReader } from './answer-reader.ts'
import { relayBody } from './request.ts'
import { responsesWatcher } from './watcher.ts'
import { writeResponsesBody } from './write-body.ts'

export const RESPONSES_UPSTREAM: UpstreamDialect = {
  path: '/responses',
  headers: (secret) => (secret === undefined ? [] : ['authorization', `Bearer ${secret}`]),
  failureReader: chatFailureReader,
  watchStream: responsesWatcher,
  readAnswer: readResponsesAnswer,
  relayBody,
  writeBody: writeResponsesBody,
  answerReader: responsesAnswerReader,
}
