/** Turns, said as the messages of a chat request. */
import type { FilePart, ImagePart, TextPart, ToolResult, Turn, Uncarried } from '../../core/prompt.ts'
import type { ChatHabits } from '../../core/provider.ts'

export type ChatMessage = Readonly<Record<string, unknown>>

type UserPart = TextPart | ImagePart | FilePart
type AssistantTurn = Extract<Turn, { readonly role: 'assistant' }>

/** `dropped` gets the names of what was left out. */
export function chatMessages(turns: readonly Turn[], habits: ChatHabits, dropped: string[]): ChatMessage[] | Uncarried {
  const file = turns.flatMap((turn): readonly UserPart[] =>
    turn.role === 'user' || turn.role === 'tool' ? turn.parts : [],
  )
  if (file.some((part) => part.kind === 'file' && !part.url.startsWith('data:'))) {
    return { param: 'input', message: 'A file by its address cannot be carried to a model of this format.' }
  }
  const messages: ChatMessage[] = []
  /** Pictures that tools gave back: results hold text alone here, so they follow as the user's. */
  let pictures: UserPart[] = []
  const showPictures = (): void => {
    if (pictures.length > 0) messages.push({ role: 'user', content: pictures.map(partFields) })
    pictures = []
  }
  for (const turn of turns) {
    if (turn.role !== 'tool') showPictures()
    switch (turn.role) {
      case 'system':
      case 'developer': // a word that most upstreams do not know
        messages.push({ role: 'system', content: contentOf(turn.parts) })
        break
      case 'user':
        messages.push({ role: 'user', content: contentOf(turn.parts) })
        break
      case 'assistant':
        messages.push(assistantFields(turn, habits, dropped))
        break
      case 'tool':
        if (turn.isError) dropped.push('is_error')
        messages.push({ role: 'tool', tool_call_id: turn.callId, content: linesIn(turn.parts) })
        pictures = [...pictures, ...picturesOf(turn)]
    }
  }
  showPictures()
  return messages
}

function picturesOf({ callId, parts }: ToolResult): readonly UserPart[] {
  const shown = parts.filter((part) => part.kind !== 'text')
  return shown.length === 0 ? [] : [{ kind: 'text', text: `From the result of ${callId}:` }, ...shown]
}

function assistantFields({ parts }: AssistantTurn, habits: ChatHabits, dropped: string[]): ChatMessage {
  const text = textIn(parts)
  const refusal = parts.map((part) => (part.kind === 'refusal' ? part.text : '')).join('')
  const reasoning = parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')
  const calls = parts.filter((part) => part.kind === 'tool-call')
  const hasReasoning = parts.some((part) => part.kind === 'reasoning')
  const takesReasoning = habits.reasoningContent && reasoning !== ''
  if (hasReasoning && !takesReasoning) dropped.push('reasoning')
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    ...(refusal !== '' && { refusal }),
    ...(takesReasoning && { reasoning_content: reasoning }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: written }) => ({
        id,
        type: 'function',
        function: { name, arguments: written },
      })),
    }),
  }
}

/** A string where one will do: some servers know no other content. */
function contentOf(parts: readonly UserPart[]): unknown {
  const [only, ...more] = parts
  if (!only) return ''
  return more.length === 0 && only.kind === 'text' ? only.text : parts.map(partFields)
}

function partFields(part: UserPart): object {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image_url', image_url: { url: part.url, detail: part.detail } }
    case 'file':
      return { type: 'file', file: { file_data: part.url, filename: part.name } }
  }
}

/** Several texts of a result (of a search, of two files) are several things: run together they would be others. */
function linesIn(parts: readonly UserPart[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
}

function textIn(parts: readonly { readonly kind: string; readonly text?: string }[]): string {
  return parts.map((part) => (part.kind === 'text' ? (part.text ?? '') : '')).join('')
}
