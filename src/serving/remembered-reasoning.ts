/** Reasoning that stood before a tool call, put back where the caller's format could not bring it back itself. */
import { createHash } from 'node:crypto'
import type { AssistantPart, Prompt, ReasoningPart, Turn } from '../core/prompt.ts'
import type { Seals } from '../dialects/seals.ts'

/**
 * Many servers number their calls anew in each answer, so the id alone would bring one conversation's reasoning into
 * another's: whose it is and how it began stand beside it. Tools' own turns and the system's text may change meanwhile.
 */
export function conversationMark({ turns }: Prompt, caller = ''): string {
  const first = turns.find(({ role }) => role === 'user')
  const texts = first?.parts.map((part) => (part.kind === 'text' ? part.text : ''))
  return createHash('sha256')
    .update(JSON.stringify([caller, texts]))
    .digest('base64url')
}

/** What stood before the calls of this conversation alone. */
export function sealsOf(mark: string, seals: Seals): Seals {
  return {
    ...seals,
    before: (callId) => seals.before(`${mark}/${callId}`),
    noteBefore: (callIds, reasoning) =>
      seals.noteBefore(
        callIds.map((id) => `${mark}/${id}`),
        reasoning,
      ),
  }
}

export function withRemembered(prompt: Prompt, seals: Seals): Prompt {
  return { ...prompt, turns: prompt.turns.map((turn) => withReasoning(turn, seals)) }
}

function withReasoning(turn: Turn, seals: Seals): Turn {
  if (turn.role !== 'assistant') return turn
  const call = turn.parts.find((part) => part.kind === 'tool-call')
  if (!call || turn.parts.some((part) => part.kind === 'reasoning' && part.sealed)) return turn
  const remembered: readonly ReasoningPart[] = seals.before(call.id)
  if (remembered.length === 0) return turn
  // What the caller brought of it is the same text without its seal.
  const others = turn.parts.filter((part: AssistantPart) => part.kind !== 'reasoning')
  return { ...turn, parts: [...remembered, ...others] }
}
