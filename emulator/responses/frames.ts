/**
 * An answer in Responses: one JSON body, or the events of a stream.
 * Shapes: `openai` 7.57.0; order: platform.openai.com/docs/api-reference/responses-streaming (2026-11).
 */
import { randomBytes } from 'node:crypto'
import type { Answer } from '../answers.ts'
import type { Fields } from '../fields.ts'
import type { Frame, Reply } from '../format.ts'
import { argumentPieces, piecesOf, textPieces } from '../pieces.ts'
import { closedSealOf } from '../seals.ts'
import { figuresOf } from '../tokens.ts'
import type { ResponsesRequest } from './request.ts'

type ResponsesReply = Reply<ResponsesRequest>

interface Event {
  readonly type: string
  readonly [name: string]: unknown
}

/** One output item, as it begins, as it grows, as it is at its end. */
interface Item {
  readonly added: object
  readonly events: (place: { readonly item_id: string; readonly output_index: number }) => readonly Event[]
  readonly done: object
  readonly id: string
}

export function wholeResponse(reply: ResponsesReply): unknown {
  const output = itemsOf(reply).map(({ done }) => done)
  return { ...responseOf(reply, newId('resp')), ...endOf(reply), output }
}

export function responseFrames(reply: ResponsesReply): readonly Frame[] {
  const beginning = responseOf(reply, newId('resp'))
  const items = itemsOf(reply)
  const end = { ...beginning, ...endOf(reply), output: items.map(({ done }) => done) }
  const events: readonly Event[] = [
    { type: 'response.created', response: beginning },
    { type: 'response.in_progress', response: beginning },
    ...items.flatMap((item, output_index) => [
      { type: 'response.output_item.added', output_index, item: item.added },
      ...item.events({ item_id: item.id, output_index }),
      { type: 'response.output_item.done', output_index, item: item.done },
    ]),
    { type: `response.${end.status}`, response: end },
  ]
  return events.map((event, sequence) => frameOf(event, sequence))
}

export function frameOf(event: Event, sequence: number): Frame {
  const { type, ...more } = event
  return {
    kind: type.endsWith('.delta')
      ? 'content'
      : /^response\.(?:completed|incomplete|failed)$/.test(type)
        ? 'end'
        : 'framing',
    text: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...more })}\n\n`,
  }
}

function responseOf({ request, createdAtMs }: ResponsesReply, id: string) {
  const { body, model } = request
  const or = (name: string, otherwise: unknown): unknown => body[name] ?? otherwise
  return {
    id,
    object: 'response',
    created_at: Math.floor(createdAtMs / 1_000),
    status: 'in_progress',
    access_programs: null,
    background: or('background', false),
    completed_at: null,
    error: null,
    incomplete_details: null as { reason: string } | null,
    instructions: or('instructions', null),
    max_output_tokens: or('max_output_tokens', null),
    max_tool_calls: null,
    model: model.realName,
    output: [] as readonly object[],
    parallel_tool_calls: or('parallel_tool_calls', true),
    previous_response_id: null,
    prompt_cache_key: or('prompt_cache_key', null),
    reasoning: { effort: null, summary: null, ...(body['reasoning'] as Fields | undefined) },
    safety_identifier: or('safety_identifier', null),
    service_tier: 'default',
    store: or('store', true),
    temperature: or('temperature', 1),
    text: { format: { type: 'text' }, verbosity: 'medium', ...(body['text'] as Fields | undefined) },
    tool_choice: or('tool_choice', 'auto'),
    tools: or('tools', []),
    top_logprobs: 0,
    top_p: or('top_p', 1),
    truncation: or('truncation', 'disabled'),
    usage: null,
    user: or('user', null),
    metadata: or('metadata', {}),
  }
}

function endOf(reply: ResponsesReply) {
  const { answer, createdAtMs } = reply
  const isCut = answer.ending.kind === 'length'
  return {
    status: isCut ? 'incomplete' : 'completed',
    completed_at: isCut ? null : Math.floor(createdAtMs / 1_000),
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    usage: usageOf(reply),
  }
}

function itemsOf({ request, answer, account }: ResponsesReply): readonly Item[] {
  const { reasoning, text, calls, ending } = answer
  const sealed = request.encrypts ? closedSealOf(reasoning, { account, model: request.model.id }) : undefined
  const cut = ending.kind === 'length' ? 'incomplete' : 'completed'
  const last = calls.length > 0 ? calls.length - 1 : -1
  return [
    ...(reasoning === '' ? [] : [thought(request.shows === 'summary' ? reasoning : '', sealed)]),
    ...(text === '' ? [] : [said(text, { isRefusal: ending.kind === 'refusal', status: cut, pace: request.pace })]),
    ...calls.map((call, position) => called(call, position === last ? cut : 'completed')),
  ]
}

function thought(shown: string, sealed: string | undefined): Item {
  const id = newId('rs')
  const summary = shown === '' ? [] : [{ type: 'summary_text', text: shown }]
  const item = { id, type: 'reasoning', ...(sealed !== undefined && { encrypted_content: sealed }) }
  return {
    id,
    added: { ...item, summary: [] },
    events: (place) =>
      shown === ''
        ? []
        : [
            {
              type: 'response.reasoning_summary_part.added',
              ...place,
              summary_index: 0,
              part: { type: 'summary_text', text: '' },
            },
            ...piecesOf(shown).map((delta) => ({
              type: 'response.reasoning_summary_text.delta',
              ...place,
              summary_index: 0,
              delta,
            })),
            { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text: shown },
            {
              type: 'response.reasoning_summary_part.done',
              ...place,
              summary_index: 0,
              part: { type: 'summary_text', text: shown },
            },
          ],
    done: { ...item, summary },
  }
}

interface Saying {
  readonly isRefusal: boolean
  readonly status: string
  readonly pace: ResponsesRequest['pace']
}

function said(text: string, { isRefusal, status, pace }: Saying): Item {
  const id = newId('msg')
  const kind = isRefusal ? 'refusal' : 'output_text'
  const partOf = (words: string): object =>
    isRefusal ? { type: kind, refusal: words } : { type: kind, annotations: [], logprobs: [], text: words }
  const item = { id, type: 'message', role: 'assistant' }
  const logprobs = isRefusal ? {} : { logprobs: [] }
  return {
    id,
    added: { ...item, status: 'in_progress', content: [] },
    events(place) {
      const at = { ...place, content_index: 0 }
      return [
        { type: 'response.content_part.added', ...at, part: partOf('') },
        ...textPieces(text, pace).map((delta) => ({ type: `response.${kind}.delta`, ...at, delta, ...logprobs })),
        { type: `response.${kind}.done`, ...at, [isRefusal ? 'refusal' : 'text']: text, ...logprobs },
        { type: 'response.content_part.done', ...at, part: partOf(text) },
      ]
    },
    done: { ...item, status, content: [partOf(text)] },
  }
}

function called({ id: callId, name, arguments: json }: Answer['calls'][number], status: string): Item {
  const id = newId('fc')
  const item = { id, type: 'function_call', call_id: `call_${callId}`, name }
  return {
    id,
    added: { ...item, status: 'in_progress', arguments: '' },
    events: (place) => [
      ...argumentPieces(json).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
      { type: 'response.function_call_arguments.done', ...place, arguments: json, name },
    ],
    done: { ...item, status, arguments: json },
  }
}

function usageOf({ request, answer }: ResponsesReply): object {
  const { input, cached, output, reasoning } = figuresOf(request, answer)
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(25).toString('hex')}`
}
