/** A wire format as callers speak it: how a request is read, and how an answer of another format or an error is said. */
import type { AnswerEvent } from '../core/answer.ts'
import type { Issuer } from '../core/prompt.ts'
import type { CallerRequest } from './caller-request.ts'
import type { ErrorReply } from './error-reply.ts'
import type { Fields } from './fields.ts'
import type { RequestOrRefusal } from './request-reading.ts'
import type { Seals } from './seals.ts'

export interface CallerDialect {
  /** Where its programs look for the request's id, beside `x-request-id`. */
  readonly requestIdHeader?: string
  /** `headers` = those of the call, by lower-case name. */
  read(body: Uint8Array, headers: Readonly<Record<string, unknown>>): RequestOrRefusal
  /** The body of an answer with an error status. */
  errorBody(reply: ErrorReply): string
  /** The last frame of a relayed stream that has begun; it follows a whole event. */
  errorFrame(reply: ErrorReply): string
  answerWriter(options: WriterOptions): AnswerWriter
  /** Where a request may go on from an answer that is remembered. */
  readonly remembering?: RememberingDialect
  /** The body of an answer in one piece. */
  wholeAnswer(events: readonly AnswerEvent[], options: WriterOptions): string
}

export interface RememberingDialect {
  /** The whole answer that this event of a relayed stream, or this relayed answer, holds; undefined = it holds none. */
  wholeIn(event: Fields, issuer: Issuer): WholeAnswer | undefined
  /** What was said to the model, as a JSON list. */
  inputOf(request: CallerRequest): string
  /** The request's bytes with all in them that it goes on from. */
  recalledBody(request: CallerRequest, recalled: Recalled): Uint8Array
  /** Ids of what a later request may refer to. */
  itemIdsOf(turn: EarlierTurn): readonly string[]
  /** Those of these items that are in it: by id, each as JSON. */
  itemsIn(turn: EarlierTurn, ids: ReadonlySet<string>): ReadonlyMap<string, string>
}

/** What was said to a model and what it answered, both JSON. */
export interface EarlierTurn {
  readonly input: string
  readonly answer: string
}

export interface Recalled {
  readonly previous?: EarlierTurn
  /** By id, each as JSON. */
  readonly items: ReadonlyMap<string, string>
}

/** As it is remembered: its sealed reasoning included, wanted by the caller or not. */
export interface WholeAnswer {
  readonly id: string
  /** JSON. */
  readonly text: string
}

export interface WriterOptions {
  readonly requestId: string
  /** Its fields may shape the answer (`stream_options`, what Responses echo). */
  readonly request: CallerRequest
  /** Who answers. */
  readonly issuer: Issuer
  /** When the answer began. */
  readonly now: Date
  readonly seals: Seals
  /** Told of the whole answer in this format once it is complete, where somebody keeps it. */
  readonly keep?: (answer: WholeAnswer) => void
}

/** One streamed answer in this format: whole frames of server-sent events, or nothing. */
export interface AnswerWriter {
  write(event: AnswerEvent): string
  /** After the finish: the last frames. */
  end(): string
  /** It broke off after it had begun: one error, and nothing that passes for an end. */
  broken(reply: ErrorReply): string
}
