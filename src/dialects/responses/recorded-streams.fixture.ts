/** Responses streams as servers send them. Shapes: OpenAI's API reference, "Streaming events", read 2026-11-24. */

type Event = Readonly<Record<string, unknown>> & { readonly type: string }

/** Events are numbered as they come. */
export function stream(...events: readonly Event[]): string {
  return events
    .map((event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`)
    .join('')
}

export const usage = {
  input_tokens: 200,
  input_tokens_details: { cached_tokens: 75 },
  output_tokens: 15,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 215,
}

export function response(status: string, output: readonly object[] = [], more: object = {}): object {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_775_822_001,
    status,
    model: 'model-1',
    error: null,
    incomplete_details: null,
    output,
    usage: status === 'in_progress' ? null : usage,
    ...more,
  }
}

export const created: Event = { type: 'response.created', response: response('in_progress') }
const inProgress: Event = { type: 'response.in_progress', response: response('in_progress') }

const saidItem = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Grüße, 世界 😀', annotations: [] }],
}

export function message(place: number, ...texts: readonly string[]): readonly Event[] {
  const at = { item_id: 'msg_1', output_index: place, content_index: 0 }
  const text = texts.join('')
  const part = { type: 'output_text', text, annotations: [] }
  return [
    {
      type: 'response.output_item.added',
      output_index: place,
      item: { ...saidItem, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...texts.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: place, item: { ...saidItem, content: [part] } },
  ]
}

const thought = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [
    { type: 'summary_text', text: '想一想' },
    { type: 'summary_text', text: 'Then.' },
  ],
  encrypted_content: 'gAAAAAB==',
}

const thoughts: readonly Event[] = [
  { type: 'response.output_item.added', output_index: 0, item: { ...thought, summary: [], encrypted_content: 'gAAA' } },
  ...thought.summary.flatMap(({ text }, at): readonly Event[] => {
    const where = { item_id: 'rs_1', output_index: 0, summary_index: at }
    return [
      { type: 'response.reasoning_summary_part.added', ...where, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...where, delta: text },
      { type: 'response.reasoning_summary_text.done', ...where, text },
      { type: 'response.reasoning_summary_part.done', ...where, part: { type: 'summary_text', text } },
    ]
  }),
  { type: 'response.output_item.done', output_index: 0, item: thought },
]

const call = {
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'look',
  arguments: '{"at":"东京"}',
  status: 'completed',
}
const bareCall = {
  id: 'fc_2',
  type: 'function_call',
  call_id: 'call_2',
  name: 'now',
  arguments: '{}',
  status: 'completed',
}
const callBegun: Event = {
  type: 'response.output_item.added',
  output_index: 1,
  item: { ...call, arguments: '', status: 'in_progress' },
}

const calls: readonly Event[] = [
  callBegun,
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"at":' },
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '"东京"}' },
  { type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index: 1, arguments: call.arguments },
  { type: 'response.output_item.done', output_index: 1, item: call },
  // Some servers send a call without deltas.
  { type: 'response.output_item.added', output_index: 2, item: { ...bareCall, arguments: '' } },
  { type: 'response.output_item.done', output_index: 2, item: bareCall },
]

export const done: Event = { type: 'response.completed', response: response('completed', [saidItem]) }
export const hello = message(0, 'Grüße, ', '世界 😀')

export const plain = stream(created, inProgress, ...hello, done)
export const reasoned = stream(created, ...thoughts, ...message(1, 'Yes.'), done)
export const toolCalls = stream(created, ...message(0, 'Looking.'), ...calls, done)
export const wholeOutput = [thought, { ...saidItem, content: [{ type: 'output_text', text: 'Yes.', annotations: [] }] }]
export const outOfTokens = stream(created, callBegun, {
  type: 'response.incomplete',
  response: response('incomplete', [], { incomplete_details: { reason: 'max_output_tokens' } }),
})

export const failedLater = stream(created, ...hello, {
  type: 'response.failed',
  response: response('failed', [], { error: { code: 'server_error', message: 'The server had an error.' } }),
})
export const errorAtOnce = stream({
  type: 'error',
  code: 'rate_limit_exceeded',
  message: 'Rate limit reached',
  param: null,
})
export const filtered = stream(created, ...hello, {
  type: 'response.incomplete',
  response: response('incomplete', [], { incomplete_details: { reason: 'content_filter' } }),
})
/** It says that all is over while a call's end never came. */
export const unclosedCall = stream(created, callBegun, done)
