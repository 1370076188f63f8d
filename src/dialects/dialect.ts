/** The wire formats by id: what serving needs of one, whichever it is. */
import type { DialectId, FailedAnswer, ProviderDefinition } from '../core/provider.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Usage, Verdict } from '../core/verdict.ts'
import { readChatAnswer } from './chat-completions/answer.ts'
import { chatFailureReader } from './chat-completions/failure.ts'
import { chatStreamWatcher, type ChatStreamWatcher, type WatcherOptions } from './chat-completions/watcher.ts'

/** An upstream's wire format. */
export interface Dialect {
  /** After the base URL. */
  readonly path: string
  failureReader(own: ProviderDefinition['readFailure']): (answer: FailedAnswer) => UpstreamFailure
  watchStream(options: WatcherOptions): ChatStreamWatcher
  readAnswer(body: Uint8Array, options: WatcherOptions): { readonly verdict: Verdict; readonly usage?: Usage }
}

const DIALECTS: Readonly<Record<DialectId, Dialect>> = {
  'chat-completions': {
    path: '/chat/completions',
    failureReader: chatFailureReader,
    watchStream: chatStreamWatcher,
    readAnswer: readChatAnswer,
  },
}

export function dialectFor(id: DialectId): Dialect {
  return DIALECTS[id]
}
