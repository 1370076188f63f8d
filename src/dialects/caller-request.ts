/** A request as a caller sent it, whatever its wire format: what serving must know of it, and its bytes. */
import type { Member } from './json-members.ts'

export interface CallerRequest {
  readonly model: string
  readonly stream: boolean
  /** A field of our own: refs that replace the chain's fallbacks. An empty list means none. */
  readonly fallbacks?: readonly string[]
  readonly hasImage: boolean
  readonly body: Uint8Array
  /** Where the body's own fields lie in it. */
  readonly members: readonly Member[]
}
