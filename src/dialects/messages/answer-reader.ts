/** A Messages answer, read into no format's events. */
import type { AnswerEvent, FinishReason } from '../../core/answer.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { textOf } from '../prompt-fields.ts'
import type { AnswerReader } from '../upstream-dialect.ts'
import { readUsage } from './usage.ts'

const FINISHES: ReadonlyMap<string, FinishReason> = new Map([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'refusal'],
])

/** A block that is being sent. */
interface Block {
  readonly type: string
  /** Of a call: its place among the calls. */
  readonly call: number
  signature: string
  /** Of a call: its arguments as they stood at its beginning, for a server that sends them there. */
  readonly input: string
  hasArguments: boolean
}

export function messagesAnswerReader(): AnswerReader {
  const blocks = new Map<unknown, Block>()
  let calls = 0
  let began: unknown
  let told: unknown

  return {
    event(event) {
      switch (event.type) {
        case 'message_start':
          return opening(fieldsOf(event.message) ?? {})
        case 'content_block_start':
          return begin(event.index, fieldsOf(event.content_block) ?? {})
        case 'content_block_delta':
          return more(blocks.get(event.index), fieldsOf(event.delta) ?? {})
        case 'content_block_stop':
          return close(event.index)
        case 'message_delta':
          told = { ...fieldsOf(told), ...fieldsOf(event.usage) }
          return [...usageNow(), ...finishOf(fieldsOf(event.delta) ?? {})]
        default:
          return []
      }
    },
    whole(answer) {
      const content = listOf(answer.content).flatMap((block, at) => [...begin(at, fieldsOf(block) ?? {}), ...close(at)])
      return [...opening(answer), ...content, ...finishOf(answer)]
    },
  }

  function opening({ id, model, usage }: Fields): readonly AnswerEvent[] {
    began = usage
    const named = textOf(id)
    const known = textOf(model)
    return [{ kind: 'start', ...(named && { id: named }), ...(known && { model: known }) }, ...usageNow()]
  }

  function begin(index: unknown, block: Fields): readonly AnswerEvent[] {
    const type = textOf(block.type) ?? ''
    const isCall = type === 'tool_use'
    const input = fieldsOf(block.input)
    blocks.set(index, {
      type,
      call: calls,
      signature: textOf(block.signature) ?? '',
      input: isCall && input && Object.keys(input).length > 0 ? JSON.stringify(input) : '',
      hasArguments: false,
    })
    switch (type) {
      case 'text':
        return saying('text', block.text)
      case 'thinking':
        return saying('reasoning', block.thinking)
      case 'redacted_thinking':
        return [{ kind: 'reasoning-end', sealed: { kind: 'redacted', value: textOf(block.data) ?? '' } }]
      case 'tool_use': {
        const call = calls
        calls += 1
        const id = textOf(block.id) ?? `call_${call}`
        return [{ kind: 'tool-call', index: call, id, name: textOf(block.name) ?? '' }]
      }
      default:
        return [] // what the upstream did by its own tools
    }
  }

  function more(block: Block | undefined, delta: Fields): readonly AnswerEvent[] {
    switch (delta.type) {
      case 'text_delta':
        return saying('text', delta.text)
      case 'thinking_delta':
        return saying('reasoning', delta.thinking)
      case 'signature_delta':
        if (block) block.signature += textOf(delta.signature) ?? ''
        return []
      case 'input_json_delta': {
        const json = textOf(delta.partial_json)
        if (!json || block?.type !== 'tool_use') return []
        block.hasArguments = true
        return [{ kind: 'tool-arguments', index: block.call, json }]
      }
      default:
        return []
    }
  }

  function close(index: unknown): readonly AnswerEvent[] {
    const block = blocks.get(index)
    blocks.delete(index)
    if (block?.type === 'thinking') {
      const { signature } = block
      return [{ kind: 'reasoning-end', ...(signature && { sealed: { kind: 'signature', value: signature } }) }]
    }
    if (block?.type !== 'tool_use' || block.hasArguments) return []
    return [{ kind: 'tool-arguments', index: block.call, json: block.input || '{}' }]
  }

  function usageNow(): readonly AnswerEvent[] {
    const usage = readUsage(began, told)
    return usage ? [{ kind: 'usage', usage }] : []
  }

  function finishOf({ stop_reason: reason, stop_sequence: sequence }: Fields): readonly AnswerEvent[] {
    const why = textOf(reason)
    if (!why) return []
    const stopSequence = textOf(sequence)
    return [
      { kind: 'finish', reason: FINISHES.get(why) ?? 'stop', ...(stopSequence !== undefined && { stopSequence }) },
    ]
  }
}

function saying(kind: 'text' | 'reasoning', text: unknown): readonly AnswerEvent[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : []
}
