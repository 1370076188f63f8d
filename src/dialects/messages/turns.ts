/** The messages of a Messages request as turns of a conversation. */
import type { AssistantPart, ReasoningPart, TextPart, Turn } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import { partsOf } from './parts.ts'
import { typeNamed, UncarriedError, type Place } from './place.ts'

/** What has no word is named in `unsaid`. Throws `UncarriedError`. */
export function turnsOf({ system, messages }: Fields, unsaid: Set<string>): readonly Turn[] {
  const first = textsOf(system, { path: 'system', unsaid })
  return [
    ...(first.length > 0 ? [{ role: 'system' as const, parts: first }] : []),
    ...listOf(messages).flatMap((message, at) => turnsIn(fieldsOf(message) ?? {}, `messages[${at}]`, unsaid)),
  ]
}

function turnsIn({ role, content }: Fields, path: string, unsaid: Set<string>): readonly Turn[] {
  const place = { path: `${path}.content`, unsaid }
  switch (role) {
    // Some programs tell a model so between the turns.
    case 'system':
      return [{ role, parts: textsOf(content, place) }]
    case 'user':
      return userTurns(content, place)
    case 'assistant': {
      const parts = blocksOf(content).flatMap((block, at) => assistantParts(block, inside(place, at)))
      return parts.length > 0 ? [{ role, parts }] : []
    }
    default:
      throw new UncarriedError(`${path}.role`, 'A message in this role')
  }
}

/** What tools gave back comes first, as it must follow the turn that called them. */
function userTurns(content: unknown, place: Place): readonly Turn[] {
  const blocks = blocksOf(content)
  const results = blocks.flatMap((block, at): readonly Turn[] => {
    const { type, tool_use_id: callId, content: given, is_error: isError } = block
    if (type !== 'tool_result' || typeof callId !== 'string') return []
    noteCaching(block, place.unsaid)
    const parts = blocksOf(given).flatMap((part, inner) => partsOf(part, inside(inside(place, at, '.content'), inner)))
    return [{ role: 'tool', callId, parts, ...(isError === true && { isError }) }]
  })
  const parts = blocks.flatMap((block, at) => (block.type === 'tool_result' ? [] : partsOf(block, inside(place, at))))
  return [...results, ...(parts.length > 0 ? [{ role: 'user' as const, parts }] : [])]
}

function assistantParts(block: Fields, place: Place): readonly AssistantPart[] {
  noteCaching(block, place.unsaid)
  switch (block.type) {
    case 'text':
      if (listOf(block.citations).length > 0) place.unsaid.add('citations')
      return typeof block.text === 'string' ? [{ kind: 'text', text: block.text }] : []
    case 'thinking':
      return reasoningPart(block.thinking, block.signature, place)
    case 'redacted_thinking':
      return reasoningPart('', block.data, place)
    case 'tool_use': {
      const { id, name, input } = block
      if (typeof id !== 'string' || typeof name !== 'string') break
      return [{ kind: 'tool-call', id, name, arguments: JSON.stringify(input ?? {}) }]
    }
  }
  place.unsaid.add(`content.type=${typeNamed(block.type)}`)
  return []
}

/** A seal that is not wrapped is of an upstream of this format: none that is asked in another has issued it. */
function reasoningPart(thinking: unknown, seal: unknown, { unsaid }: Place): readonly ReasoningPart[] {
  const text = typeof thinking === 'string' ? thinking : ''
  const sealed = typeof seal === 'string' ? unwrapSeal(seal) : undefined
  if (!sealed && typeof seal === 'string' && seal !== '') unsaid.add('thinking.signature')
  if (sealed?.value) return [{ kind: 'reasoning', text, sealed }]
  return text === '' ? [] : [{ kind: 'reasoning', text }]
}

function textsOf(content: unknown, place: Place): readonly TextPart[] {
  return blocksOf(content)
    .flatMap((block, at) => partsOf(block, inside(place, at)))
    .flatMap((part) => {
      if (part.kind === 'text') return [part]
      place.unsaid.add(`system.type=${part.kind}`)
      return []
    })
}

function blocksOf(content: unknown): readonly Fields[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return listOf(content)
    .map(fieldsOf)
    .filter((block) => block !== undefined)
}

function inside({ path, unsaid }: Place, at: number, below = ''): Place {
  return { path: `${path}[${at}]${below}`, unsaid }
}

/** A hint that costs nobody an answer: named once, wherever it stands. */
function noteCaching({ cache_control: caching }: Fields, unsaid: Set<string>): void {
  if (caching) unsaid.add('cache_control')
}
