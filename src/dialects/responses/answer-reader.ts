/** A Responses answer, read into no format's events. */
import type { AnswerEvent, FinishReason } from '../../core/answer.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { textOf } from '../prompt-fields.ts'
import type { AnswerReader } from '../upstream-dialect.ts'
import { readUsage } from './usage.ts'

export function responsesAnswerReader(): AnswerReader {
  /** Calls by their place in the output. */
  const calls = new Map<unknown, number>()
  /** Items that have said something already: their whole form adds nothing but what is sealed. */
  const said = new Set<unknown>()
  let begun = false

  return {
    event(event) {
      const place = event.output_index
      switch (event.type) {
        case 'response.created':
        case 'response.in_progress':
          return opening(fieldsOf(event.response) ?? {})
        case 'response.output_item.added':
          return callOf(place, fieldsOf(event.item) ?? {})
        case 'response.output_text.delta':
          return delta(place, 'text', event.delta)
        case 'response.refusal.delta':
          return delta(place, 'refusal', event.delta)
        case 'response.reasoning_summary_part.added':
          return event.summary_index === 0 ? [] : delta(place, 'reasoning', '\n\n')
        case 'response.reasoning_text.delta':
        case 'response.reasoning_summary_text.delta':
          return delta(place, 'reasoning', event.delta)
        case 'response.function_call_arguments.delta':
          return argumentsOf(place, event.delta)
        case 'response.output_item.done':
          return whole(place, fieldsOf(event.item) ?? {})
        case 'response.completed':
        case 'response.incomplete':
          return ending(fieldsOf(event.response) ?? {})
        default:
          return []
      }
    },
    whole(answer) {
      const output = listOf(answer.output).flatMap((item, place) => whole(place, fieldsOf(item) ?? {}))
      return [...opening(answer), ...output, ...ending(answer)]
    },
  }

  function opening({ id, model }: Fields): readonly AnswerEvent[] {
    if (begun) return []
    begun = true
    const named = textOf(id)
    const known = textOf(model)
    return [{ kind: 'start', ...(named && { id: named }), ...(known && { model: known }) }]
  }

  function delta(place: unknown, kind: 'text' | 'refusal' | 'reasoning', text: unknown): readonly AnswerEvent[] {
    if (typeof text !== 'string' || text === '') return []
    said.add(place)
    return [{ kind, text }]
  }

  function callOf(place: unknown, item: Fields): readonly AnswerEvent[] {
    if (item.type !== 'function_call' || calls.has(place)) return []
    const index = calls.size
    calls.set(place, index)
    const id = textOf(item.call_id) ?? textOf(item.id) ?? `call_${index}`
    return [{ kind: 'tool-call', index, id, name: textOf(item.name) ?? '' }]
  }

  function argumentsOf(place: unknown, json: unknown): readonly AnswerEvent[] {
    const index = calls.get(place)
    if (index === undefined || typeof json !== 'string' || json === '') return []
    said.add(place)
    return [{ kind: 'tool-arguments', index, json }]
  }

  /** An item at its end, or one that came in one piece. */
  function whole(place: unknown, item: Fields): readonly AnswerEvent[] {
    const isNew = !said.has(place)
    said.add(place)
    switch (item.type) {
      case 'message':
        return isNew ? listOf(item.content).flatMap((part) => contentOf(fieldsOf(part) ?? {})) : []
      case 'function_call':
        return [...callOf(place, item), ...(isNew ? argumentsOf(place, item.arguments) : [])]
      case 'reasoning':
        return [...(isNew ? thoughts(item) : []), reasoningEnd(item)]
      default:
        return []
    }
  }

  function ending(response: Fields): readonly AnswerEvent[] {
    const usage = readUsage(response.usage)
    // A filter's stop never gets here; what else ends an answer too early is told as what mostly does.
    const isCut = response.status === 'incomplete' || fieldsOf(response.incomplete_details) !== undefined
    const reason: FinishReason = isCut ? 'length' : calls.size > 0 ? 'tool-calls' : 'stop'
    return [...(usage ? [{ kind: 'usage', usage } as const] : []), { kind: 'finish', reason }]
  }
}

function contentOf(part: Fields): readonly AnswerEvent[] {
  if (part.type === 'output_text' && textOf(part.text)) return [{ kind: 'text', text: textOf(part.text) ?? '' }]
  if (part.type === 'refusal' && textOf(part.refusal)) return [{ kind: 'refusal', text: textOf(part.refusal) ?? '' }]
  return []
}

function thoughts(item: Fields): readonly AnswerEvent[] {
  const parts = [...listOf(item.summary), ...listOf(item.content)].map((part) => textOf(fieldsOf(part)?.text) ?? '')
  const text = parts.filter((part) => part !== '').join('\n\n')
  return text === '' ? [] : [{ kind: 'reasoning', text }]
}

function reasoningEnd({ id, encrypted_content: encrypted }: Fields): AnswerEvent {
  const value = textOf(encrypted)
  if (!value) return { kind: 'reasoning-end' }
  const named = textOf(id)
  return { kind: 'reasoning-end', sealed: { kind: 'encrypted', value, ...(named !== undefined && { id: named }) } }
}
