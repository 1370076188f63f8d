/** A request as a caller sent it, whatever its wire format: what serving must know of it, and its bytes. */
import type { Member } from './json-members.ts'

/** What tells one conversation from another. */
export interface ConversationSigns {
  /** OpenAI's own name for it. */
  readonly promptCacheKey?: string
  /** System text and first user turn as they stand in the request; worked out when it is asked for. */
  opening(): string
}

export interface CallerRequest {
  readonly model: string
  readonly stream: boolean
  /** A field of our own: refs that replace the chain's fallbacks. An empty list means none. */
  readonly fallbacks?: readonly string[]
  readonly hasImage: boolean
  readonly hasTools: boolean
  /** So many it has at least, whatever tells them apart; undefined = too few to matter. */
  readonly leastTokens?: number
  readonly body: Uint8Array
  /** Where the body's own fields lie in it. */
  readonly members: readonly Member[]
}
