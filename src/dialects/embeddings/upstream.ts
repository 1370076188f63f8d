/** Embeddings as upstreams of OpenAI's formats give them. */
import { isElsewhere } from '../../core/failure.ts'
import type { CallerRequest } from '../caller-request.ts'
import { chatFailureReader } from '../chat-completions/failure.ts'
import { splice } from '../json-splice.ts'
import type { UpstreamDialect } from '../upstream-dialect.ts'
import { readEmbeddings } from './answer.ts'

export function embeddingsUpstream({ wantsBase64 }: Pick<CallerRequest, 'wantsBase64'>): UpstreamDialect {
  return {
    path: '/embeddings',
    headers: (secret) => (secret === undefined ? [] : ['authorization', `Bearer ${secret}`]),
    failureReader(own) {
      const read = chatFailureReader(own)
      return (answer) => {
        const failure = read(answer)
        // Nothing stands at that path: that says nothing of the login, nor of the same model's chats.
        const isMissing = failure.kind === 'model-missing' || (failure.kind === 'auth' && isElsewhere(answer.status))
        return isMissing ? { ...failure, kind: 'model-missing', scope: 'request' } : failure
      }
    },
    readAnswer: (body, options) => readEmbeddings(body, wantsBase64 ? 'base64' : 'float', options),
    // Numbers as they are is what each server can say, and the form that it takes when it is told nothing.
    relayBody: ({ body, members }, { model }) =>
      splice(body, members, {
        set: { model: JSON.stringify(model.id) },
        drop: ['fallbacks', ...(wantsBase64 ? ['encoding_format'] : [])],
      }),
    watchStream: inOnePiece,
    writeBody: inOnePiece,
    answerReader: inOnePiece,
  }
}

function inOnePiece(): never {
  throw new Error('embeddings come in one piece, and from no other format')
}
