/** What the events of an answer come to: the one word on it that a format's judge says, for streams and whole answers. */
import type { UpstreamFailure } from '../core/failure.ts'
import type { FailedVerdict, Usage, Verdict } from '../core/verdict.ts'
import type { FailedAnswer } from '../core/provider.ts'
import type { AnswerQuirk } from '../core/quirks.ts'
import type { Fields } from './fields.ts'

export interface JudgeOptions {
  /** Reads an error met inside the answer: the provider's reading, then the dialect's. */
  readonly readFailure: (answer: FailedAnswer) => UpstreamFailure
  readonly now: () => Date
  /** Takes our credential out of the upstream's words, before they are shortened. */
  readonly strike?: (words: string) => string
  /** Told of each event, or of the whole answer, that was read and is no failure; its strings are text, no bytes. */
  readonly taken?: (event: Fields) => void
  /** Told of each signature or encrypted reasoning. */
  readonly sealed?: (value: string) => void
  /** The provider's own mending of its answer; asked of events with a tool call or a finish alone. */
  readonly mend?: AnswerQuirk
  /** The event that tells the usage and nothing else was asked for by us: the caller does not get it. */
  readonly hidesUsage?: boolean
}

export interface JudgeState {
  /** The answer was seen to begin, be it with nothing in it. */
  readonly begun: boolean
  /** Text, reasoning, a refusal, a tool call or a finish was seen. */
  readonly good: boolean
  /** All that began has its finish. */
  readonly finished: boolean
  /** The format's own last event was seen (`[DONE]`, `message_stop`). */
  readonly done: boolean
  /** Set once nothing can save the answer; what comes after is not read. */
  readonly failed: FailedVerdict | undefined
  /** What goes to the caller in the place of the event last taken; null = nothing. Whoever reads it sets it back. */
  instead?: Fields | null | undefined
}

export interface Judge {
  readonly state: JudgeState
  /** One event's data, a character a byte; its name and the HTTP status told beside it, where there were any. */
  take(data: string, name?: string, status?: number): void
  fail(verdict: FailedVerdict): void
  /** The verdict, for good. `cut` = why the answer ended otherwise than by itself; no matter once it was finished. */
  end(cut?: UpstreamFailure): Verdict
  usage(): Usage | undefined
  /** See `StreamWatcher.ending`. */
  ending?(): string
}

/** What an answer in one piece comes to. */
export interface AnswerReading {
  readonly verdict: Verdict
  readonly usage?: Usage
  /** What goes to the caller in the place of the bytes that came, where they are not what it asked for. */
  readonly body?: Uint8Array
}
