/** Embeddings as callers ask for them; errors are those of the chat format, which OpenAI uses for both. */
import type { CallerDialect } from '../caller-dialect.ts'
import { errorBody, errorFrame } from '../chat-completions/errors.ts'
import { readEmbeddingsRequest } from './request.ts'

export const EMBEDDINGS_CALLER: CallerDialect = {
  read: readEmbeddingsRequest,
  errorBody,
  errorFrame,
  answerWriter: notTranslated,
  wholeAnswer: notTranslated,
}

function notTranslated(): never {
  throw new Error('embeddings come from no other format')
}
