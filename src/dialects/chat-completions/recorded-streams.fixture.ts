/** Chat streams as servers send them, for the tests of this folder. */
const head = { object: 'chat.completion.chunk', created: 1_775_822_001, model: 'model-1', id: 'chatcmpl-1' }

function chunk(delta: object, finishReason: string | null = null, more: object = {}): string {
  const choice = { delta, finish_reason: finishReason, index: 0, logprobs: null }
  return JSON.stringify({ choices: [choice], usage: null, ...head, ...more })
}

function stream(...events: readonly string[]): string {
  return events.map((event) => `data: ${event}\n\n`).join('')
}

const usage = {
  prompt_tokens: 5_000,
  completion_tokens: 69,
  total_tokens: 5_069,
  prompt_tokens_details: { cached_tokens: 256 },
  completion_tokens_details: { reasoning_tokens: 40 },
}
const usageChunk = JSON.stringify({ choices: [], usage, ...head })

export const plain = stream(
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Grüße, ' }),
  chunk({ content: '世界 😀' }),
  chunk({ content: '' }, 'stop'),
  '[DONE]',
)

export const withUsage = stream(
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hello' }),
  chunk({ content: '' }, 'stop'),
  usageChunk,
  '[DONE]',
)

export const reasoning = stream(
  chunk({ role: 'assistant', content: null, reasoning_content: '思' }),
  chunk({ content: null, reasoning_content: '考' }),
  chunk({ content: 'Answer', reasoning_content: null }),
  chunk({}, 'length', { usage }),
  '[DONE]',
)

/** The id comes once and is restated empty, two calls share an index, and the finish says `stop`. */
export const toolCalls = stream(
  chunk({ role: 'assistant', content: null, tool_calls: [call('call_1', 'weather', '{"city":')] }),
  chunk({ content: null, tool_calls: [call('', null, ' "杭\\"州{"}')] }),
  chunk({ tool_calls: [call('call_2', 'weather', '{"city":"Rome"}')] }),
  chunk({ tool_calls: [call('', null, '')] }),
  chunk({ content: '' }, 'stop'),
  '[DONE]',
)

/** Two answers at once, the first of which is finished early. */
export const twoChoices = stream(
  chunk({ content: 'A' }),
  chunk({}, null, { choices: [{ index: 1, delta: { content: 'B' }, finish_reason: null }] }),
  chunk({}, 'stop'),
  chunk({}, null, { choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] }),
  '[DONE]',
)

/** Lines end in \r\n, a mark begins the stream, comments stand between, and an event has two data lines. */
export const oddlyFramed = `\uFEFF: connected\r\n\r\n${stream(
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: '好' }).replace('"usage":', '\ndata: "usage":'),
  chunk({ content: '' }, 'stop'),
  usageChunk,
  '[DONE]',
).replaceAll('\n', '\r\n')}: bye\r\n\r\n`

/** The status stands in a comment, the error has no wrapper. */
const throttled =
  'id:2\nevent:error\n:HTTP_STATUS/429\ndata:{"request_id":"70acdc21","code":"Throttling","message":"Too busy, 稍后再试."}\n\n'

export const errorAtOnce = throttled
export const errorAfterText = stream(chunk({ role: 'assistant', content: '' }), chunk({ content: 'Par' })) + throttled

export const unclosedCall = stream(
  chunk({ role: 'assistant', tool_calls: [call('call_1', 'weather', '{"city":"Par')] }),
  chunk({ content: '' }, 'tool_calls'),
  '[DONE]',
)

export { chunk, stream }

function call(id: string, name: string | null, args: string): object {
  return { index: 0, id, type: 'function', function: { name, arguments: args } }
}
