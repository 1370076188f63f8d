/** Chat Completions as callers speak it. */
import type { CallerDialect } from '../caller-dialect.ts'
import { chatAnswerWriter, wholeChatAnswer } from './answer-writer.ts'
import { errorBody, errorFrame } from './errors.ts'
import { readChatRequest } from './request.ts'

export const CHAT_CALLER: CallerDialect = {
  read: readChatRequest,
  errorBody,
  errorFrame,
  answerWriter: chatAnswerWriter,
  wholeAnswer: wholeChatAnswer,
}
