/** Turns, said as the system text and the messages of a Messages request. */
import type { AssistantPart, FilePart, ImagePart, TextPart, ToolResult, Turn, Uncarried } from '../../core/prompt.ts'
import { writtenArguments } from '../written-arguments.ts'

type Block = Readonly<Record<string, unknown>>

export interface Conversation {
  readonly system: readonly Block[]
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] }[]
}

/** Thrown: it ends the writing wherever it is met. */
class NotCarried extends Error {}

/**
 * What the system says stands before all turns here, wherever it stood; turns of one role that follow each other are
 * one message, a tool's results at its beginning. `dropped` gets the names of what was left out.
 */
export function conversation(turns: readonly Turn[], dropped: string[]): Conversation | Uncarried {
  const spoken = turns.filter((turn) => turn.role !== 'system' && turn.role !== 'developer')
  const told = turns.flatMap((turn) => (turn.role === 'system' || turn.role === 'developer' ? turn.parts : []))
  const system = textBlocks(told)
  try {
    // Somebody must have asked something: where nobody did, the system's text is the question.
    if (spoken.length === 0) return { system: [], messages: [{ role: 'user', content: system }] }
    return { system, messages: joined(spoken) }
  } catch (error) {
    if (!(error instanceof NotCarried)) throw error
    return { param: 'messages', message: error.message }
  }

  function joined(said: readonly Turn[]): Conversation['messages'] {
    const messages: { role: 'user' | 'assistant'; content: Block[] }[] = []
    for (const turn of said) {
      const role = turn.role === 'assistant' ? 'assistant' : 'user'
      const content = turn.role === 'assistant' ? assistantBlocks(turn.parts) : userBlocks(turn)
      if (content.length === 0) continue
      const last = messages.at(-1)
      if (last?.role === role) last.content.push(...content)
      else messages.push({ role, content: [...content] })
    }
    return messages
  }

  function assistantBlocks(parts: readonly AssistantPart[]): readonly Block[] {
    return parts.flatMap((part): readonly Block[] => {
      switch (part.kind) {
        case 'text':
        case 'refusal':
          return textBlocks([part])
        case 'reasoning':
          if (!part.sealed) return []
          if (part.sealed.kind === 'redacted') return [{ type: 'redacted_thinking', data: part.sealed.value }]
          return [{ type: 'thinking', thinking: part.text, signature: part.sealed.value }]
        case 'tool-call':
          return [{ type: 'tool_use', id: callId(part.id), name: part.name, input: inputOf(part.arguments) }]
      }
    })
  }

  function userBlocks(turn: Exclude<Turn, { readonly role: 'assistant' }>): readonly Block[] {
    if (turn.role === 'tool') return [resultBlock(turn)]
    return turn.parts.flatMap((part) => (part.kind === 'text' ? textBlocks([part]) : [mediaBlock(part)]))
  }

  function resultBlock({ callId: id, parts, isError }: ToolResult): Block {
    const content = parts.flatMap((part) => (part.kind === 'text' ? textBlocks([part]) : [mediaBlock(part)]))
    return {
      type: 'tool_result',
      tool_use_id: callId(id),
      ...(content.length > 0 && { content }),
      ...(isError && { is_error: true }),
    }
  }

  function mediaBlock(part: ImagePart | FilePart): Block {
    if (part.kind === 'image' && part.detail !== undefined && part.detail !== 'auto') dropped.push('image_url.detail')
    const type = part.kind === 'image' ? 'image' : 'document'
    return {
      type,
      source: sourceOf(part.url),
      ...(part.kind === 'file' && part.name !== undefined && { title: part.name }),
    }
  }
}

/** One that is empty, or blank, as some models write before they call a tool, is refused. */
function textBlocks(parts: readonly { readonly text: string }[]): readonly Block[] {
  return parts.flatMap(({ text }: Pick<TextPart, 'text'>) => (text.trim() === '' ? [] : [{ type: 'text', text }]))
}

function sourceOf(url: string): Block {
  const data = /^data:([^;,]+)[^,]*;base64,/i.exec(url)
  if (data) return { type: 'base64', media_type: data[1], data: url.slice(data[0].length) }
  if (/^https?:/i.test(url)) return { type: 'url', url }
  throw new NotCarried('A picture or file in this form cannot be carried to a model of this format.')
}

/** The format takes these signs alone; the same id comes out each time, so that call and result still belong together. */
function callId(id: string): string {
  return id.replace(/[^\w-]/g, '_') || 'call'
}

/** What the model wrote may be no JSON; the tool has said so, and it must read it again as it was. */
function inputOf(written: string): unknown {
  if (written.trim() === '') return {}
  return writtenArguments(written) ?? { arguments: written }
}
