/** Answers that are remembered: what is kept of one, how a later request goes on from it, and how it is shown again. */
import type { Issuer } from '../../core/prompt.ts'
import type { EarlierTurn, Recalled, WholeAnswer } from '../caller-dialect.ts'
import type { CallerRequest } from '../caller-request.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import { listItems } from '../json-members.ts'
import { splice } from '../json-splice.ts'
import { unwrapSeal, wrapSeal } from '../sealed-reasoning.ts'
import { isReference, valueOf } from './request.ts'

const ENDS: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete'])

/** Of an upstream that speaks this format itself. */
export function wholeIn(event: Fields, issuer: Issuer): WholeAnswer | undefined {
  const answer = event.object === 'response' ? event : ENDS.has(event.type) ? fieldsOf(event.response) : undefined
  if (typeof answer?.id !== 'string' || answer.id === '') return undefined
  const output = listOf(answer.output).map((item) => markedItem(item, issuer))
  return { id: answer.id, text: JSON.stringify({ ...answer, output }) }
}

/** Whose reasoning it is must be known when it comes back, sealed or kept by its upstream. */
function markedItem(item: unknown, issuer: Issuer): unknown {
  const fields = fieldsOf(item)
  if (fields?.type !== 'reasoning') return item
  const { encrypted_content: encrypted, id } = fields
  if (typeof encrypted === 'string' && unwrapSeal(encrypted)) return item
  const value = typeof encrypted === 'string' ? encrypted : ''
  const sealed = wrapSeal({ kind: 'encrypted', value, issuer, ...(typeof id === 'string' && { id }) })
  return { ...fields, encrypted_content: sealed }
}

/** As a list, whichever way it came. */
export function inputOf({ body, members }: CallerRequest): string {
  const input = valueOf(body, members, 'input')
  if (!input) return '[]'
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString()
  return text.startsWith('"') ? `[{"type":"message","role":"user","content":${text}}]` : text
}

/** The request's bytes with all that it goes on from in its input; instructions are not carried over. */
export function recalledBody(request: CallerRequest, { previous, items }: Recalled): Buffer {
  const input = Buffer.from(inputOf(request))
  const own = (listItems(input) ?? []).map((item) => {
    const text = Buffer.from(item).toString()
    const fields = items.size > 0 ? fieldsOf(parsedJson(text)) : undefined
    return (fields && isReference(fields) && items.get(String(fields.id))) || text
  })
  const all = [...(previous ? [...textsIn(previous.input), ...outputTexts(previous)] : []), ...own]
  return splice(request.body, request.members, { set: { input: `[${all.join(',')}]` } })
}

/** Ids of what a later request may refer to. */
export function itemIdsOf({ input, answer }: EarlierTurn): readonly string[] {
  const items = [...listOf(parsedJson(input)), ...listOf(fieldsOf(parsedJson(answer))?.output)]
  return items.flatMap((item) => {
    const fields = fieldsOf(item)
    return fields && typeof fields.id === 'string' && !isReference(fields) ? [fields.id] : []
  })
}

/** By id, each as JSON. */
export function itemsIn(turn: EarlierTurn, ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const text of [...textsIn(turn.input), ...outputTexts(turn)]) {
    const id = fieldsOf(parsedJson(text))?.id
    if (typeof id === 'string' && ids.has(id)) found.set(id, text)
  }
  return found
}

/** As it is told again to who asks for it. */
export function shownAnswer(answer: string, include: readonly string[]): Fields {
  const fields = fieldsOf(parsedJson(answer)) ?? {}
  const output = listOf(fields.output).map((item) => shownItem(fieldsOf(item) ?? {}, include))
  return { ...fields, output }
}

/** In their order, each with an id and in its long form. */
export function inputItems(
  { id, input }: { readonly id: string; readonly input: string },
  include: readonly string[],
): readonly Fields[] {
  const mark = id.replace(/^resp_/, '')
  return listOf(parsedJson(input)).map((entry, at) => {
    const item = shownItem(fieldsOf(entry) ?? {}, include)
    const { type = 'message', role, content } = item
    const long = type === 'message' && typeof content === 'string' ? [{ type: textType(role), text: content }] : content
    return {
      ...item,
      id: typeof item.id === 'string' ? item.id : `${PREFIXES[String(type)] ?? 'item'}_${mark}_${at}`,
      type,
      ...(long !== undefined && { content: long }),
    }
  })
}

const PREFIXES: Readonly<Record<string, string>> = {
  message: 'msg',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  reasoning: 'rs',
}

function textType(role: unknown): string {
  return role === 'assistant' ? 'output_text' : 'input_text'
}

function shownItem(item: Fields, include: readonly string[]): Fields {
  if (item.type !== 'reasoning') return item
  const { encrypted_content: sealed, ...shown } = item
  const isWanted = typeof sealed === 'string' && include.includes('reasoning.encrypted_content')
  return isWanted && unwrapSeal(sealed)?.value !== '' ? item : shown
}

function textsIn(list: string): readonly string[] {
  return (listItems(Buffer.from(list)) ?? []).map((item) => Buffer.from(item).toString())
}

function outputTexts({ answer }: EarlierTurn): readonly string[] {
  return listOf(fieldsOf(parsedJson(answer))?.output).map((item) => JSON.stringify(item))
}
