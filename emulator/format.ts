/** A wire format, as a provider of the emulator speaks it. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Answer } from './answers.ts'
import type { Quirks } from './emulator.ts'
import type { Refusal } from './exchange.ts'
import type { SpoilingFault } from './faults.ts'
import type { Fields } from './fields.ts'
import type { Provider } from './providers.ts'
import type { Question } from './question.ts'

export interface Format<Asked extends Question> {
  readonly tokenIn: (request: IncomingMessage) => string | undefined
  /** Throws a `Refusal` for what the provider would not take. */
  readonly read: (body: Fields | undefined, asker: Asker) => Asked
  /** `reason` = another finish than its own, where the format takes one. */
  readonly whole: (reply: Reply<Asked>, reason?: string) => unknown
  readonly frames: (reply: Reply<Asked>) => readonly Frame[]
  /** Of every answer. */
  readonly headers: () => OutgoingHttpHeaders
  readonly refusals: Refusals
  readonly spoil: Spoil
}

export interface Asker {
  readonly provider: Provider
  readonly account: string
  readonly request: IncomingMessage
  /** Told of each seal that came back and is good. */
  readonly known: () => void
}

export interface Reply<Asked extends Question> {
  readonly request: Asked
  readonly answer: Answer
  readonly account: string
  readonly createdAtMs: number
  readonly quirks: Quirks
}

export interface Frame {
  readonly text: string
  /** `content` carries text, reasoning or a tool call; `end` says that nothing follows; the others only frame those. */
  readonly kind: 'content' | 'framing' | 'end'
}

/** What the format says when a request is not answered. */
export interface Refusals {
  readonly badToken: (provider: Provider) => Refusal
  readonly unfit: (what: 'Input' | 'Output', provider: Provider) => Refusal
  readonly tooLong: (most: number, tokens: number, provider: Provider) => Refusal
  readonly notBought: () => Refusal
  readonly inTrouble: (what: 'service' | 'model') => Refusal
}

export type StreamError = Extract<SpoilingFault, { kind: 'error-in-stream' }>

/** What faults put into an answer of this format. */
export interface Spoil {
  /** The error as an event of a stream of which so many frames were sent. */
  readonly errorFrame: (error: StreamError, sent: readonly Frame[], all: readonly Frame[]) => string
  /** The error in the place of an answer in one piece. */
  readonly errorBody: (error: StreamError) => unknown
  /** The stream's last frames after those sent, with this reason for its finish. */
  readonly finish: (reason: string, sent: readonly Frame[], all: readonly Frame[]) => readonly Frame[]
  readonly malformed: string
}
