/** The provider that speaks Responses, asked by the format's own SDK and by hand. */
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWithClient } from '../test-client.ts'
import type { TestClient } from '../test-client.ts'

let world: TestClient
let client: OpenAI
const key = 'sk-emulator-responses'
const model = 'responses-model'
beforeEach(async () => {
  world = await startWithClient()
  client = clientOf(key)
})
afterEach(() => world.close())

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming
type Input = string | OpenAI.Responses.ResponseInput
const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${world.url}/responses/v1`, maxRetries: 0 })
const ask = (input: Input, more: Partial<Params> = {}) => client.responses.create({ model, input, ...more })
/** The response of the last event: what `.stream()` makes of it has fields that the API does not take back. */
async function stream(input: Input, more: Partial<Params> = {}): Promise<OpenAI.Responses.Response> {
  const events = await client.responses.create({ model, input, ...more, stream: true })
  for await (const event of events) if (event.type === 'response.completed') return event.response
  throw new Error('it is not complete')
}
const post = (body: object, path = '/responses/v1/responses') =>
  world.send(path, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${key}` } })
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const tools = ['get_weather', 'get_time'].map((name) => ({ type: 'function' as const, name, parameters, strict: true }))
const words = '[emulator] responses-model: You asked: "Say hello". I am a stand-in: no model thought about this answer.'

describe('an answer', () => {
  it('is the same in one piece and in a stream', async () => {
    const whole = await ask('Say hello')
    expect(whole).toMatchObject({ object: 'response', status: 'completed', output_text: words })
    expect(whole.usage).toMatchObject({ input_tokens: 10, output_tokens: 26, total_tokens: 36 })
    expect(whole._request_id).toMatch(/^req_/)
    const streamed = await stream('Say hello')
    expect(streamed).toMatchObject({ status: 'completed', usage: { output_tokens: 26 } })
    expect(streamed.output).toMatchObject([{ content: [{ text: words }] }])
    const parsed = await client.responses.stream({ model, input: 'Say hello' }).finalResponse()
    expect(parsed.output_text).toBe(words)
  })

  it('has its events in the documented order, counted from 0', async () => {
    const { text } = await post({ model, input: 'Say hello', stream: true })
    const events = text
      .split('\n\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each.slice(each.indexOf('data: ') + 6)) as { type: string; sequence_number: number })
    expect(events.map(({ sequence_number: at }) => at)).toEqual(events.map((_, at) => at))
    const names = events.map(({ type }) => type.replace('response.', ''))
    expect(names.filter((name, at) => name !== names[at - 1])).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
  })

  it('calls tools, one or several, and quotes what they gave back, pictures included', async () => {
    const both = await stream('get_weather and get_time in parallel', { tools })
    const calls = both.output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
    expect(calls.map(({ name }) => name)).toEqual(['get_weather', 'get_time'])
    expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual({ city: 'get_weather and get_time in parallel' })
    const last = await ask(
      [
        { role: 'user', content: 'get_weather and get_time in parallel' },
        ...calls,
        {
          type: 'function_call_output',
          call_id: calls[0]?.call_id ?? '',
          output: [
            { type: 'input_text', text: '21 degrees' },
            {
              type: 'input_image',
              detail: 'auto',
              image_url: 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
            },
          ],
        },
        { type: 'function_call_output', call_id: calls[1]?.call_id ?? '', output: 'noon' },
      ],
      { tools },
    )
    expect(last.output_text).toContain(
      'The tool answered: "21 degrees". The tool answered: "noon". I see a GIF picture',
    )
  })

  it('stops at its tokens, at a refusal, and keeps to a schema', async () => {
    expect(await ask('Say hello', { max_output_tokens: 16 })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    })
    const refused = await stream('emulator-refuse')
    expect(refused.output[0]).toMatchObject({ content: [{ type: 'refusal' }] })
    const format = { type: 'json_schema', name: 'city', schema: parameters, strict: true } as const
    expect((await ask('Say hello', { text: { format } })).output_text).toBe('{"city":"Say hello"}')
  })
})

describe('reasoning', () => {
  const wish: Partial<Params> = {
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
  }

  it('is shown as a summary where one is asked for, and its seal is good for one account and model', async () => {
    const { output, usage } = await stream('get_weather', { ...wish, tools })
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text' }], encrypted_content: expect.any(String) },
      { type: 'function_call' },
    ])
    expect(usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
    const call = output[1]?.type === 'function_call' ? output[1].call_id : ''
    const input = [
      { role: 'user', content: 'get_weather' },
      ...output,
      { type: 'function_call_output', call_id: call, output: '21' },
    ] as OpenAI.Responses.ResponseInput
    expect((await ask(input)).status).toBe('completed')
    await expect(clientOf(`${key}-two`).responses.create({ model, input })).rejects.toThrow('could not be verified')
    await expect(ask(input, { model: 'responses-model-mini' })).rejects.toThrow('could not be verified')
    await expect(ask([input[1] as never])).rejects.toThrow('without its required following item')
  })

  it('is a silent item without a wish for either', async () => {
    const { output } = await ask('Think')
    expect(output[0]).toMatchObject({ type: 'reasoning', summary: [] })
    expect(output[0]).not.toHaveProperty('encrypted_content')
  })
})

describe('a refusal', () => {
  it.each([
    ['an unknown field', { input: 'a', messages: [] }, 'unknown_parameter'],
    ['no input', {}, 'missing_required_parameter'],
    ['an item of an unknown type', { input: [{ type: 'tool_result' }] }, 'invalid_value'],
    [
      'a part of an unknown type',
      { input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
      'invalid_value',
    ],
    ['a role of another format', { input: [{ role: 'tool', content: 'a' }] }, 'invalid_value'],
    [
      'a nested tool',
      { input: 'a', tools: [{ type: 'function', function: { name: 'a' } }] },
      'missing_required_parameter',
    ],
    [
      'an open schema that says it is strict',
      {
        input: 'a',
        tools: [{ type: 'function', name: 'a', strict: true, parameters: { type: 'object', properties: {} } }],
      },
      'invalid_function_parameters',
    ],
    ['too few tokens', { input: 'a', max_output_tokens: 5 }, 'integer_below_min_value'],
    ['an answer that is gone', { input: 'a', previous_response_id: 'resp_1' }, 'previous_response_not_found'],
  ])('meets %s', async (_, change, code) => {
    const heard = await post({ model, ...change })
    expect(heard).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', code } } })
  })

  it('meets calls and results that do not belong together', async () => {
    const call = { type: 'function_call', call_id: 'c', name: 'a', arguments: '{}' } as const
    await expect(ask([call])).rejects.toThrow('No tool output found for function call c.')
    await expect(ask([{ type: 'function_call_output', call_id: 'c', output: '' }])).rejects.toThrow(
      'No tool call found for function call output with call_id c.',
    )
  })

  it('meets a bad key, an unknown model, a limit', async () => {
    await expect(clientOf('x').responses.create({ model, input: 'a' })).rejects.toThrow(OpenAI.AuthenticationError)
    await expect(ask('a', { model: 'none' })).rejects.toThrow(OpenAI.NotFoundError)
    await world.control('limits', { path: '/responses', requestsPerMinute: 0 })
    await expect(ask('a')).rejects.toThrow(OpenAI.RateLimitError)
  })
})

describe('embeddings', () => {
  it('are the same numbers in both encodings', async () => {
    const wish = { model: 'embeddings-model', input: ['one', 'two'] }
    const asked = await client.embeddings.create(wish)
    const { json } = await post({ ...wish, encoding_format: 'float' }, '/responses/v1/embeddings')
    const floats = json as { data: { embedding: number[] }[] }
    expect(asked.data.map(({ embedding }) => [...embedding])).toEqual(floats.data.map(({ embedding }) => embedding))
    expect(Math.hypot(...(asked.data[0]?.embedding ?? []))).toBeCloseTo(1)
  })
})

describe('faults', () => {
  const order = (fault: object) => world.control('faults', { path: '/responses', ...fault })
  const streamed = async () => (await post({ model, input: 'hello', stream: true })).text

  it('take the shapes of the format', async () => {
    await order({ kind: 'error-in-stream', afterEvents: 1, code: 'server_error', message: 'No.' })
    expect(await streamed()).toMatch(
      /\n\nevent: error\ndata: \{"type":"error","sequence_number":5,"code":"server_error","message":"No.","param":null\}\n\n$/,
    )
    await order({ kind: 'error-in-stream', afterEvents: 1, code: 'server_error', message: 'No.', shape: 'finish' })
    expect(await streamed()).toMatch(/event: response.failed\n.*"status":"failed".*"error":\{"code":"server_error"/)
    await order({ kind: 'no-done' })
    expect(await streamed()).not.toContain('response.completed')
    await order({ kind: 'finish', reason: 'content_filter' })
    expect(await streamed()).toMatch(/event: response.incomplete\n.*"incomplete_details":\{"reason":"content_filter"\}/)
    await order({ kind: 'malformed', afterEvents: 1 })
    expect(await streamed()).toContain('"delta":"brok\n\n')
  })
})
