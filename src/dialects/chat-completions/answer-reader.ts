/** A chat answer, read into no format's events. */
import type { AnswerEvent, FinishReason } from '../../core/answer.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { textOf } from '../prompt-fields.ts'
import type { AnswerReader } from '../upstream-dialect.ts'
import { readUsage } from './usage.ts'

const FINISHES: ReadonlyMap<string, FinishReason> = new Map([
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
])

export function chatAnswerReader(): AnswerReader {
  let begun = false
  let reasons = false
  let answerId = ''
  /** The calls so far, by their place in the answer; upstreams number them as they like. */
  const calls: { readonly place: number; readonly id: string }[] = []

  return { event: (event) => read(event, 'delta'), whole: (answer) => read(answer, 'message') }

  function read(event: Fields, key: 'delta' | 'message'): readonly AnswerEvent[] {
    const events: AnswerEvent[] = []
    if (!begun) {
      begun = true
      answerId = textOf(event.id) ?? ''
      const model = textOf(event.model)
      events.push({ kind: 'start', ...(answerId && { id: answerId }), ...(model && { model }) })
    }
    const choice = listOf(event.choices)
      .map(fieldsOf)
      .find((one) => one && (one.index ?? 0) === 0)
    if (choice) readChoice(choice, fieldsOf(choice[key]) ?? {}, events)
    const usage = readUsage(event.usage)
    if (usage) events.push({ kind: 'usage', usage })
    return events
  }

  function readChoice(choice: Fields, delta: Fields, events: AnswerEvent[]): void {
    const reasoning = textOf(delta.reasoning_content) || textOf(delta.reasoning) || partsText(delta.content, 'thinking')
    if (reasoning) {
      reasons = true
      events.push({ kind: 'reasoning', text: reasoning })
    }
    const text = textOf(delta.content) ?? partsText(delta.content, 'text')
    const refusal = textOf(delta.refusal)
    const called = [...listOf(delta.tool_calls), ...(delta.function_call ? [{ function: delta.function_call }] : [])]
    const finish = textOf(choice.finish_reason)
    if (reasons && (text || refusal || called.length > 0 || finish)) {
      reasons = false
      events.push({ kind: 'reasoning-end' })
    }
    if (text) events.push({ kind: 'text', text })
    if (refusal) events.push({ kind: 'refusal', text: refusal })
    for (const [at, call] of called.entries()) readCall(fieldsOf(call) ?? {}, at, events)
    // Some say `stop` although tools were called.
    if (finish)
      events.push({ kind: 'finish', reason: FINISHES.get(finish) ?? (calls.length > 0 ? 'tool-calls' : 'stop') })
  }

  /** Ids come with the first piece only, may be missing or empty, and places may be used twice. */
  function readCall(call: Fields, at: number, events: AnswerEvent[]): void {
    const place = typeof call.index === 'number' ? call.index : at
    const id = textOf(call.id) ?? ''
    const called = fieldsOf(call.function) ?? {}
    const name = textOf(called.name) ?? ''
    let index = calls.findLastIndex((known) => known.place === place)
    if (index < 0 || (id !== '' && id !== calls[index]?.id && name !== '')) {
      index = calls.length
      const known = id || `call_${answerId || 'answer'}_${index}`
      calls.push({ place, id: known })
      events.push({ kind: 'tool-call', index, id: known, name })
    }
    const json = textOf(called.arguments)
    if (json) events.push({ kind: 'tool-arguments', index, json })
  }
}

/** Some servers say their content in parts: `{type: "text", text}`, `{type: "thinking", thinking: [{type: "text", text}]}`. */
function partsText(content: unknown, type: 'text' | 'thinking'): string {
  return listOf(content)
    .map(fieldsOf)
    .map((part) => {
      if (part?.type !== type) return ''
      const said = part[type]
      return (
        textOf(said) ??
        listOf(said)
          .map((inner) => textOf(fieldsOf(inner)?.text) ?? '')
          .join('')
      )
    })
    .join('')
}
