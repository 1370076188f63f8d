/** The items of an answer while it is written: the events that tell of each, and what each comes to. */
import type { ReasoningPart, SealedReasoning } from '../../core/prompt.ts'
import { wrapSeal } from '../sealed-reasoning.ts'
import { customInput } from './custom-input.ts'
import type { OwnName } from './tools.ts'

/** Writes one event: its type, and its fields as JSON without braces. */
export type Frame = (type: string, fields: string) => string

export type ItemStatus = 'completed' | 'incomplete'

/** Where an item stands. */
export interface Place {
  readonly index: number
  readonly id: string
}

export interface Item {
  /** Once; what came in vain before is no fault. */
  close(status: ItemStatus): string
  /** JSON, once it is closed: as the caller sees it, and as it is remembered. */
  readonly shown: string
  readonly kept: string
}

const added = (frame: Frame, { index }: Place, item: string): string =>
  frame('response.output_item.added', `"output_index":${index},"item":${item}`)
const done = (frame: Frame, { index }: Place, item: string): string =>
  frame('response.output_item.done', `"output_index":${index},"item":${item}`)

export interface MessageItem extends Item {
  readonly kind: 'message'
  open(): string
  add(part: 'output_text' | 'refusal', text: string): string
}

export function messageItem(frame: Frame, place: Place): MessageItem {
  const { index, id } = place
  const parts: { readonly type: 'output_text' | 'refusal'; text: string }[] = []
  let shown = ''
  const itemJson = (status: string): string =>
    `{"id":"${id}","type":"message","status":"${status}","role":"assistant","content":[${parts.map(partJson).join(',')}]}`
  const at = (): string => `"item_id":"${id}","output_index":${index},"content_index":${parts.length - 1}`

  const closePart = (): string => {
    const part = parts.at(-1)
    if (!part) return ''
    const text = JSON.stringify(part.text)
    const whole =
      part.type === 'output_text'
        ? frame('response.output_text.done', `${at()},"text":${text},"logprobs":[]`)
        : frame('response.refusal.done', `${at()},"refusal":${text}`)
    return whole + frame('response.content_part.done', `${at()},"part":${partJson(part)}`)
  }

  return {
    kind: 'message',
    open: () => added(frame, place, itemJson('in_progress')),
    add(type, text) {
      let frames = ''
      let part = parts.at(-1)
      if (part?.type !== type) {
        frames += closePart()
        part = { type, text: '' }
        parts.push(part)
        frames += frame('response.content_part.added', `${at()},"part":${partJson(part)}`)
      }
      part.text += text
      const delta = JSON.stringify(text)
      return (
        frames +
        (type === 'output_text'
          ? frame('response.output_text.delta', `${at()},"delta":${delta},"logprobs":[]`)
          : frame('response.refusal.delta', `${at()},"delta":${delta}`))
      )
    },
    close(status) {
      shown = itemJson(status)
      return closePart() + done(frame, place, shown)
    },
    get shown() {
      return shown
    },
    get kept() {
      return shown
    },
  }
}

function partJson({ type, text }: { readonly type: 'output_text' | 'refusal'; readonly text: string }): string {
  return type === 'output_text'
    ? `{"type":"output_text","annotations":[],"logprobs":[],"text":${JSON.stringify(text)}}`
    : `{"type":"refusal","refusal":${JSON.stringify(text)}}`
}

export interface ReasoningItem extends Item {
  readonly kind: 'reasoning'
  open(): string
  add(text: string): string
  seal(sealed: SealedReasoning): void
  part(): ReasoningPart
}

/** `showsSeal` = the caller asked for what is sealed. */
export function reasoningItem(frame: Frame, place: Place, showsSeal: boolean): ReasoningItem {
  const { index, id } = place
  let text = ''
  let sealed: SealedReasoning | undefined
  let shown = ''
  let kept = ''
  const at = `"item_id":"${id}","output_index":${index},"summary_index":0`
  const summaryJson = (): string => `{"type":"summary_text","text":${JSON.stringify(text)}}`
  const itemJson = (seal?: string): string =>
    `{"id":"${id}","type":"reasoning","summary":[${text === '' ? '' : summaryJson()}]${
      seal === undefined ? '' : `,"encrypted_content":${JSON.stringify(seal)}`
    }}`
  return {
    kind: 'reasoning',
    open: () => added(frame, place, itemJson()),
    add(piece) {
      const begin = text === '' ? frame('response.reasoning_summary_part.added', `${at},"part":${summaryJson()}`) : ''
      text += piece
      return begin + frame('response.reasoning_summary_text.delta', `${at},"delta":${JSON.stringify(piece)}`)
    },
    seal: (given) => void (sealed = given),
    part: () => ({ kind: 'reasoning', text, ...(sealed && { sealed }) }),
    close() {
      const seal = sealed && wrapSeal(sealed)
      kept = itemJson(seal)
      shown = showsSeal ? kept : itemJson()
      const summary =
        text === ''
          ? ''
          : frame('response.reasoning_summary_text.done', `${at},"text":${JSON.stringify(text)}`) +
            frame('response.reasoning_summary_part.done', `${at},"part":${summaryJson()}`)
      return summary + done(frame, place, shown)
    },
    get shown() {
      return shown
    },
    get kept() {
      return kept
    },
  }
}

export interface CallItem extends Item {
  open(): string
  add(piece: string): string
  /** What was written of its arguments is a whole object. */
  isWhole(): boolean
}

export function callItem(frame: Frame, place: Place, { own, callId }: Call): CallItem {
  return own.isCustom ? customCall(frame, place, { own, callId }) : functionCall(frame, place, { own, callId })
}

interface Call {
  /** As the caller knows the tool. */
  readonly own: OwnName
  readonly callId: string
}

function namesJson({ own: { name, namespace }, callId }: Call): string {
  const within = namespace === undefined ? '' : `,"namespace":${JSON.stringify(namespace)}`
  return `"call_id":${JSON.stringify(callId)},"name":${JSON.stringify(name)}${within}`
}

function functionCall(frame: Frame, place: Place, call: Call): CallItem {
  const { index, id } = place
  const at = `"item_id":"${id}","output_index":${index}`
  let written = ''
  let shown = ''
  const itemJson = (status: string): string =>
    `{"id":"${id}","type":"function_call","status":"${status}",${namesJson(call)},"arguments":${JSON.stringify(written)}}`
  return {
    open: () => added(frame, place, itemJson('in_progress')),
    add(piece) {
      written += piece
      return frame('response.function_call_arguments.delta', `${at},"delta":${JSON.stringify(piece)}`)
    },
    isWhole: () => isObject(written),
    close(status) {
      shown = itemJson(status)
      const whole = `${at},"arguments":${JSON.stringify(written)}`
      return frame('response.function_call_arguments.done', whole) + done(frame, place, shown)
    },
    get shown() {
      return shown
    },
    get kept() {
      return shown
    },
  }
}

function customCall(frame: Frame, place: Place, call: Call): CallItem {
  const { index, id } = place
  const at = `"item_id":"${id}","output_index":${index}`
  const input = customInput()
  let written = ''
  let shown = ''
  const itemJson = (status: string, said: string): string =>
    `{"id":"${id}","type":"custom_tool_call","status":"${status}",${namesJson(call)},"input":${JSON.stringify(said)}}`
  const delta = (text: string): string =>
    text === '' ? '' : frame('response.custom_tool_call_input.delta', `${at},"delta":${JSON.stringify(text)}`)
  return {
    open: () => added(frame, place, itemJson('in_progress', '')),
    add(piece) {
      written += piece
      return delta(input.feed(piece))
    },
    isWhole: () => isObject(written),
    close(status) {
      const { rest, input: whole } = input.end()
      shown = itemJson(status, whole)
      const last = frame('response.custom_tool_call_input.done', `${at},"input":${JSON.stringify(whole)}`)
      return delta(rest) + last + done(frame, place, shown)
    },
    get shown() {
      return shown
    },
    get kept() {
      return shown
    },
  }
}

function isObject(written: string): boolean {
  if (!written.trimEnd().endsWith('}')) return false
  try {
    return typeof JSON.parse(written) === 'object'
  } catch {
    // Not all of it has come, or the model writes no JSON: then it is over when the answer is.
    return false
  }
}
