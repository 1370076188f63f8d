/** What a catalogue says of a model beside its name: its price, its last day, where that is known from. */
import type { LocalizedText } from './text.ts'

/** USD per million tokens. */
export interface Rates {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
}

/** The tier of a request's input tokens counts for all of its tokens. */
export interface Price extends Rates {
  /** Dearer ones for longer requests, by rising `aboveInputTokens`. */
  readonly tiers?: readonly (Rates & { readonly aboveInputTokens: number })[]
}

export interface ModelRetirement {
  /** ISO date: from this day on it is not answered any more. */
  readonly on: string
  /** A model id of the same provider. */
  readonly replacement?: string
  /** What exactly ends, where it is not the whole of it. */
  readonly note?: LocalizedText
}

export type ModelStanding = 'retired' | 'retiring'

/** Undefined = no end is announced. */
export function standingOf(retirement: ModelRetirement | undefined, now: Date): ModelStanding | undefined {
  if (!retirement) return undefined
  return now.getTime() >= Date.parse(retirement.on) ? 'retired' : 'retiring'
}
