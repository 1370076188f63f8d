/** An answer of another format, said as a Responses answer. Events and their fields: the types of the official SDK, openai 7.57. */
import type { AnswerEvent, FinishReason } from '../../core/answer.ts'
import type { ReasoningPart } from '../../core/prompt.ts'
import type { Usage } from '../../core/verdict.ts'
import type { AnswerWriter, WriterOptions } from '../caller-dialect.ts'
import { fieldsOf, listOf, parsedJson } from '../fields.ts'
import {
  callItem,
  messageItem,
  reasoningItem,
  type CallItem,
  type Frame,
  type Item,
  type ItemStatus,
  type MessageItem,
  type ReasoningItem,
} from './answer-items.ts'
import { failureFrames, responseError } from './errors.ts'
import { answerIds } from './ids.ts'
import { valueOf } from './request.ts'
import { responseJson, type ResponseState } from './response-object.ts'
import { readTools, type OwnName } from './tools.ts'

export function responsesAnswerWriter(options: WriterOptions): AnswerWriter {
  return answerUnderWay(options).writer
}

export function wholeResponsesAnswer(events: readonly AnswerEvent[], options: WriterOptions): string {
  const { writer, response } = answerUnderWay(options)
  for (const event of events) writer.write(event)
  writer.end()
  return response()
}

function answerUnderWay(options: WriterOptions): { readonly writer: AnswerWriter; readonly response: () => string } {
  const { requestId, request, issuer, now, seals, keep } = options
  const ids = answerIds(requestId)
  const showsSeals = includesSeals(options)
  const items: Item[] = []
  const calls = new Map<number, CallItem>()
  const callIds = new Set<string>()
  const reasoning: ReasoningPart[] = []
  let names: ReadonlyMap<string, OwnName> | undefined
  let current: MessageItem | ReasoningItem | undefined
  let model = issuer.model
  let sequence = 0
  let begun = false
  let reason: FinishReason = 'stop'
  let refused = false
  let usage: Usage | undefined
  let last: ResponseState | undefined

  const frame: Frame = (type, fields) =>
    `event: ${type}\ndata: {"type":"${type}",${fields},"sequence_number":${sequence++}}\n\n`
  const isKept = keep !== undefined
  const state = (more: Pick<ResponseState, 'status'> & Partial<ResponseState>): ResponseState => ({
    id: ids.response,
    createdAt: now,
    model,
    output: [],
    isKept,
    ...more,
  })

  const begin = (): string => {
    if (begun) return ''
    begun = true
    const response = `"response":${responseJson(state({ status: 'in_progress' }), request)}`
    return frame('response.created', response) + frame('response.in_progress', response)
  }
  const close = (status: ItemStatus = 'completed'): string => {
    const closed = current?.close(status) ?? ''
    if (current?.kind === 'reasoning') reasoning.push(current.part())
    current = undefined
    return closed
  }
  /** A call whose arguments are all there is over when something else begins. */
  const closeWhole = (): string => {
    let frames = ''
    for (const [index, call] of calls) {
      if (!call.isWhole()) continue
      frames += call.close('completed')
      calls.delete(index)
    }
    return frames
  }
  const message = (): readonly [MessageItem, string] => {
    if (current?.kind === 'message') return [current, '']
    const closed = close() + closeWhole()
    const opened = messageItem(frame, { index: items.length, id: ids.item('msg', items.length) })
    current = opened
    items.push(opened)
    return [opened, closed + opened.open()]
  }
  const thought = (): readonly [ReasoningItem, string] => {
    if (current?.kind === 'reasoning') return [current, '']
    const closed = close() + closeWhole()
    const opened = reasoningItem(frame, { index: items.length, id: ids.item('rs', items.length) }, showsSeals)
    current = opened
    items.push(opened)
    return [opened, closed + opened.open()]
  }
  const call = (index: number, given: string, name: string): string => {
    names ??= readTools(toolFields(options)).names
    const own = names.get(name) ?? { name, isCustom: false }
    const place = items.length
    const callId = given !== '' && !callIds.has(given) ? given : ids.call(place)
    callIds.add(callId)
    const closed = close() + closeWhole()
    const opened = callItem(frame, { index: place, id: ids.item(own.isCustom ? 'ctc' : 'fc', place) }, { own, callId })
    items.push(opened)
    calls.set(index, opened)
    return closed + opened.open()
  }

  const written = (event: AnswerEvent): string => {
    switch (event.kind) {
      case 'start':
        return ''
      case 'text':
      case 'refusal': {
        if (event.text === '') return ''
        refused ||= event.kind === 'refusal'
        const [item, frames] = message()
        return frames + item.add(event.kind === 'text' ? 'output_text' : 'refusal', event.text)
      }
      case 'reasoning': {
        if (event.text === '') return ''
        const [item, frames] = thought()
        return frames + item.add(event.text)
      }
      case 'reasoning-end': {
        const { sealed } = event
        if (!sealed) return current?.kind === 'reasoning' ? close() : ''
        const [item, frames] = thought()
        item.seal({ ...sealed, issuer })
        return frames + close()
      }
      case 'tool-call':
        return call(event.index, event.id, event.name)
      case 'tool-arguments':
        return event.json === '' ? '' : (calls.get(event.index)?.add(event.json) ?? '')
      case 'usage':
        usage = event.usage
        return ''
      case 'finish':
        ;({ reason } = event)
        return ''
    }
  }

  const writer: AnswerWriter = {
    write(event) {
      if (event.kind === 'start') model = event.model ?? model
      // Usage and the finish may be all there is.
      return begin() + written(event)
    },
    end() {
      const because = reason === 'length' ? 'max_output_tokens' : isSilentRefusal() ? 'content_filter' : undefined
      const status = because === undefined ? 'completed' : 'incomplete'
      let frames = begin() + close(status)
      for (const open of calls.values()) frames += open.close(open.isWhole() ? 'completed' : status)
      calls.clear()
      last = state({ status, ...(because && { because }), ...(usage && { usage }) })
      // Whoever asked for what is sealed brings it back itself.
      if (callIds.size > 0 && !showsSeals) seals.noteBefore([...callIds], reasoning)
      keep?.({ id: ids.response, text: responseJson({ ...last, output: items.map(({ kept }) => kept) }, request) })
      return frames + frame(`response.${status}`, `"response":${response()}`)
    },
    broken(reply) {
      const failed = state({
        status: 'failed',
        error: responseError(reply),
        output: items.flatMap(({ shown }) => shown || []),
        ...(usage && { usage }),
      })
      return failureFrames(reply, sequence, responseJson(failed, request))
    },
  }

  /** It would rather not, and did not say so. */
  const isSilentRefusal = (): boolean => reason === 'refusal' && !refused
  const response = (): string =>
    responseJson({ ...(last ?? state({ status: 'in_progress' })), output: items.map(({ shown }) => shown) }, request)
  return { writer, response }
}

function includesSeals({ request: { body, members } }: WriterOptions): boolean {
  const include = valueOf(body, members, 'include')
  return listOf(include && parsedJson(Buffer.from(include).toString())).includes('reasoning.encrypted_content')
}

/** Where earlier turns may have brought up tools, the whole request is read again. */
function toolFields({ request: { body, members } }: WriterOptions): {
  readonly tools?: unknown
  readonly input?: unknown
} {
  const said = (key: string): unknown => {
    const value = valueOf(body, members, key)
    return value && parsedJson(Buffer.from(value).toString())
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const hasMore = bytes.includes('additional_tools') || bytes.includes('tool_search_output')
  return fieldsOf({ tools: said('tools'), ...(hasMore && { input: said('input') }) }) ?? {}
}
