/** What is remembered of reasoning that only its issuer may see again. */
import type { Issuer, ReasoningPart } from '../core/prompt.ts'

/** In characters, of one answer; what is longer is not kept. */
export const LONGEST_REASONING = 262_144

export interface Seals {
  /** Who issued this signature or encrypted text, where it passed through here and is remembered. */
  issuerOf(value: string): Issuer | undefined
  note(value: string, issuer: Issuer): void
  /** What stood before this tool call in its answer, for callers whose format cannot bring it back. */
  before(callId: string): readonly ReasoningPart[]
  noteBefore(callIds: readonly string[], reasoning: readonly ReasoningPart[]): void
}
