/** Messages as callers speak it. */
import type { CallerDialect } from '../caller-dialect.ts'
import { messagesAnswerWriter, wholeMessagesAnswer } from './answer-writer.ts'
import { errorBody, errorFrame } from './errors.ts'
import { readMessagesRequest } from './request.ts'

export const MESSAGES_CALLER: CallerDialect = {
  requestIdHeader: 'request-id',
  read: readMessagesRequest,
  errorBody,
  errorFrame,
  answerWriter: messagesAnswerWriter,
  wholeAnswer: wholeMessagesAnswer,
}
