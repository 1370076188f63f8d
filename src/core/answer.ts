/** What a model answers, in no wire format: between two formats that differ, an answer passes through these events. */
import type { SealedReasoning } from './prompt.ts'
import type { Usage } from './verdict.ts'

/**
 * In the order in which the model said it. Deltas of one kind belong to one block until another kind comes; a tool's
 * arguments may come interleaved with another's. `finish` comes once; `usage` may come before or after it, and again:
 * the last one counts.
 */
export type AnswerEvent =
  /** The upstream's own id and the model's own name. */
  | { readonly kind: 'start'; readonly id?: string; readonly model?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  /** The block of reasoning is over; without text before it, it is what is sealed alone. */
  | { readonly kind: 'reasoning-end'; readonly sealed?: Omit<SealedReasoning, 'issuer'> }
  /** `index` counts the calls of this answer from 0. */
  | { readonly kind: 'tool-call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly kind: 'tool-arguments'; readonly index: number; readonly json: string }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'finish'; readonly reason: FinishReason; readonly stopSequence?: string }

/** A filter's stop never comes here: it is a failure (`filtered`). A refusal told in words may (`refusal`). */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'refusal'
