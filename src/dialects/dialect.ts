/** The wire formats by id: what serving needs of one, whichever it is. */
import type { DialectId, FailedAnswer, ProviderDefinition } from '../core/provider.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Usage, Verdict } from '../core/verdict.ts'
import type { CallerRequest } from './caller-request.ts'
import { readChatAnswer } from './chat-completions/answer.ts'
import { errorFrame, type ErrorReply } from './chat-completions/error-reply.ts'
import { chatFailureReader } from './chat-completions/failure.ts'
import { relayBody } from './chat-completions/request.ts'
import { chatStreamWatcher, type ChatStreamWatcher, type WatcherOptions } from './chat-completions/watcher.ts'

/** An upstream's wire format. */
export interface Dialect {
  /** After the base URL. */
  readonly path: string
  failureReader(own: ProviderDefinition['readFailure']): (answer: FailedAnswer) => UpstreamFailure
  watchStream(options: WatcherOptions): ChatStreamWatcher
  /** The caller's bytes with another model in them and without what is ours. */
  relayBody(request: CallerRequest, model: string): Uint8Array
  readAnswer(body: Uint8Array, options: WatcherOptions): { readonly verdict: Verdict; readonly usage?: Usage }
  /** The last event of a stream that has begun. It must follow a whole event. */
  errorFrame(reply: ErrorReply): string
}

const DIALECTS: Readonly<Record<DialectId, Dialect>> = {
  'chat-completions': {
    path: '/chat/completions',
    failureReader: chatFailureReader,
    watchStream: chatStreamWatcher,
    relayBody,
    readAnswer: readChatAnswer,
    errorFrame,
  },
}

export function dialectFor(id: DialectId): Dialect {
  return DIALECTS[id]
}
