/** A request as a caller sent it, whatever its wire format: what serving must know of it, and its bytes. */
import type { Prompt, Uncarried } from '../core/prompt.ts'
import type { DialectId } from '../core/provider.ts'
import type { Member } from './json-members.ts'

/** What a caller may speak: the formats of answers, and the one of embeddings, which has no stream. */
export type CallerDialectId = DialectId | 'embeddings'

/** What tells one conversation from another. */
export interface ConversationSigns {
  /** OpenAI's own name for it. */
  readonly promptCacheKey?: string
  /** System text and first user turn as they stand in the request; worked out when it is asked for. */
  opening(): string
}

export interface CallerRequest {
  readonly dialect: CallerDialectId
  readonly model: string
  readonly stream: boolean
  /** A field of our own: refs that replace the chain's fallbacks. An empty list means none. */
  readonly fallbacks?: readonly string[]
  readonly hasImage: boolean
  readonly hasTools: boolean
  /** So many it has at least, whatever tells them apart; undefined = too few to matter. */
  readonly leastTokens?: number
  /** A caller of Chat Completions is told the usage of a stream where it asked for it. */
  readonly wantsUsage?: true
  /** Of embeddings: numbers packed as bytes. */
  readonly wantsBase64?: true
  readonly body: Uint8Array
  /** Where the body's own fields lie in it. */
  readonly members: readonly Member[]
  /** Headers of the caller's that belong to its format (`anthropic-beta`): for an upstream that speaks the same. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the format has answers that are remembered. */
  readonly remembering?: Remembering
  /** Read anew from the bytes each time: what comes of it is many times larger than they are. */
  prompt(): PromptOrUncarried
}

export type PromptOrUncarried =
  | { readonly kind: 'prompt'; readonly prompt: Prompt }
  /** It means something that lives at one upstream alone (a background answer, a stored file). */
  | ({ readonly kind: 'uncarried' } & Uncarried)

/** What a request has to do with answers that are remembered. */
export interface Remembering {
  /** The caller does not object to its own being kept. */
  readonly mayKeep: boolean
  /** The answer that it goes on from. */
  readonly previousId?: string
  /** What it refers to without saying it. */
  readonly itemIds: readonly string[]
}
