/** Messages streams as servers send them. Shapes: Anthropic's API reference, "Streaming messages", read 2026-11-24. */

type Event = Readonly<Record<string, unknown>> & { readonly type: string }

export function stream(...events: readonly Event[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

const usage = { input_tokens: 25, cache_creation_input_tokens: 100, cache_read_input_tokens: 75, output_tokens: 1 }

export const start: Event = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'model-1',
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
}
const ping: Event = { type: 'ping' }
export const stop: Event = { type: 'message_stop' }

export function block(index: number, content_block: object, ...deltas: readonly object[]): readonly Event[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

export function finish(stop_reason: string, stop_sequence: string | null = null): Event {
  return { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: { output_tokens: 15 } }
}

export const textBlock = block(
  0,
  { type: 'text', text: '' },
  { type: 'text_delta', text: 'Grüße, ' },
  { type: 'text_delta', text: '世界 😀' },
)

export const plain = stream(start, ping, ...textBlock, finish('end_turn'), stop)

export const thinking = stream(
  start,
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: '想一' },
    { type: 'thinking_delta', thinking: '想' },
    { type: 'signature_delta', signature: 'EqQBCg==' },
  ),
  ...block(1, { type: 'redacted_thinking', data: 'EmwKAh==' }),
  ...block(2, { type: 'text', text: '' }, { type: 'text_delta', text: 'Yes.' }),
  finish('end_turn'),
  stop,
)

export const toolCalls = stream(
  start,
  ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Looking.' }),
  ...block(
    1,
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"at":' },
    { type: 'input_json_delta', partial_json: '"东京"}' },
  ),
  ...block(2, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
  finish('tool_use'),
  stop,
)

export const stopSequence = stream(start, ...textBlock, finish('stop_sequence', 'END'), stop)

/** A tool that the upstream runs by itself, and blocks that nobody knows yet. */
export const serverTool = stream(
  start,
  ...block(
    0,
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
    { type: 'input_json_delta', partial_json: '{}' },
  ),
  ...block(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
  ...block(
    2,
    { type: 'text', text: '' },
    { type: 'text_delta', text: 'Found.' },
    { type: 'citations_delta', citation: {} },
  ),
  ...block(3, { type: 'of_the_future' }),
  finish('end_turn'),
  stop,
)

export const overloaded = stream(start, ...textBlock, {
  type: 'error',
  error: { type: 'overloaded_error', message: 'Overloaded' },
})
export const overloadedAtOnce = stream({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
export const refused = stream(start, ...textBlock, finish('refusal'), stop)
/** It says that a call is over whose end never came. */
export const unclosedCall = stream(
  start,
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"at":' } },
  finish('tool_use'),
  stop,
)
