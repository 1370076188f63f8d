/** A wire format as upstreams speak it: what serving needs of one, whichever it is. */
import type { AnswerEvent } from '../core/answer.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Issuer, Prompt, Uncarried } from '../core/prompt.ts'
import type { ChatHabits, FailedAnswer, ModelDefinition, ProviderDefinition } from '../core/provider.ts'
import type { CallerRequest } from './caller-request.ts'
import type { Fields } from './fields.ts'
import type { AnswerReading } from './judge.ts'
import type { Seals } from './seals.ts'
import type { StreamWatcher, WatcherOptions } from './stream-watcher.ts'

export interface UpstreamDialect {
  /** After the base URL. */
  readonly path: string
  /** How the credential is shown, and what else the format wants; `given` = what a caller of the same format said. Names and values in turn. */
  headers(secret: string | undefined, given?: Readonly<Record<string, string>>): readonly string[]
  failureReader(own: ProviderDefinition['readFailure']): (answer: FailedAnswer) => UpstreamFailure
  watchStream(options: WatcherOptions): StreamWatcher
  readAnswer(body: Uint8Array, options: WatcherOptions): AnswerReading
  /** The bytes of a caller that speaks the same format, with another model in them and without what is ours. */
  relayBody(request: CallerRequest, target: Target): Uint8Array
  /** A request of another format, said in this one. */
  writeBody(prompt: Prompt, target: Target): Written | Uncarried
  answerReader(): AnswerReader
}

/** Whom a request goes to. */
export interface Target {
  readonly model: ModelDefinition
  readonly issuer: Issuer
  readonly stream: boolean
  /** It is asked to tell the usage of a stream, where its format has a word for that. */
  readonly asksUsage?: boolean
  /** Of an upstream that speaks Chat Completions. */
  readonly chat?: ChatHabits
  readonly seals: Seals
  /** Told what a relay leaves out: reasoning that another has sealed. */
  readonly leftOut?: (what: string) => void
}

export interface Written {
  readonly body: Uint8Array
  /** The caller's fields that were left out, beside those that `Prompt.unsaid` names. */
  readonly dropped: readonly string[]
}

/** One answer, read into no format's events. What a watcher has refused never comes here. */
export interface AnswerReader {
  /** One event of a stream. */
  event(event: Fields): readonly AnswerEvent[]
  /** An answer in one piece. */
  whole(body: Fields): readonly AnswerEvent[]
}

export function isWritten(written: Written | Uncarried): written is Written {
  return 'body' in written
}
