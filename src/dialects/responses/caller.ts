/** Responses as callers speak them. */
import type { CallerDialect } from '../caller-dialect.ts'
import { responsesAnswerWriter, wholeResponsesAnswer } from './answer-writer.ts'
import { errorBody, errorFrame } from './errors.ts'
import { readResponsesRequest } from './request.ts'
import { inputOf, itemIdsOf, itemsIn, recalledBody, wholeIn } from './remembered.ts'

export const RESPONSES_CALLER: CallerDialect = {
  read: readResponsesRequest,
  errorBody,
  errorFrame,
  answerWriter: responsesAnswerWriter,
  remembering: { wholeIn, inputOf, recalledBody, itemIdsOf, itemsIn },
  wholeAnswer: wholeResponsesAnswer,
}
