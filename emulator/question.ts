/** What a model is asked, whatever the format: as much of it as an answer depends on. */
import type { Fields } from './fields.ts'
import { BadField, isFields, onlyKnown, optionalInteger } from './fields.ts'
import type { Picture } from './pictures.ts'
import type { Model } from './providers.ts'

export interface Question {
  readonly model: Model
  readonly messages: readonly [Message, ...Message[]]
  readonly stream: boolean
  readonly thinkingWanted: boolean
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  /** May several tools be called at once? */
  readonly parallelTools: boolean
  /** Tokens that the answer may have, its thoughts included. */
  readonly maxTokens: number | undefined
  readonly stops: readonly string[]
  /** The JSON Schema of the answer; an empty one = any JSON object. */
  readonly schema: Fields | undefined
  readonly pace: Pace
}

/** A role is the format's own; the result of a tool has `tool` in all of them. */
export interface Message {
  readonly role: string
  readonly text: string
  readonly pictures: readonly SentPicture[]
}

/** An address is never fetched, so nothing is known about its picture. */
export type SentPicture =
  | { readonly kind: 'bytes'; readonly picture: Picture }
  | { readonly kind: 'address'; readonly url: string }

export interface Tool {
  readonly name: string
  readonly parameters: Fields
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'named'; readonly name: string }

/** The emulator's own extension `x_emulator`, which real servers ignore: how long the answer is, how slow it comes. */
export interface Pace {
  readonly chunks: number | undefined
  readonly chunkDelayMs: number | undefined
  readonly replyChars: number | undefined
}

/** Throws `BadField`. */
export function paceOf(value: unknown): Pace {
  if (value === undefined || value === null)
    return { chunks: undefined, chunkDelayMs: undefined, replyChars: undefined }
  if (!isFields(value)) throw new BadField("'x_emulator' must be an object")
  try {
    onlyKnown(value, ['chunks', 'chunkDelayMs', 'replyChars'])
    return {
      chunks: optionalInteger(value, 'chunks', { min: 1, max: 100_000 }),
      chunkDelayMs: optionalInteger(value, 'chunkDelayMs', { min: 0, max: 60_000 }),
      replyChars: optionalInteger(value, 'replyChars', { min: 1, max: 20_000_000 }),
    }
  } catch (error) {
    if (error instanceof BadField) throw new BadField(`'x_emulator': ${error.message}`)
    throw error
  }
}
