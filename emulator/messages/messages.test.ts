/** The provider that speaks Messages, asked by the format's own SDK and by hand. */
import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWithClient } from '../test-client.ts'
import type { TestClient } from '../test-client.ts'

let world: TestClient
let client: Anthropic
const key = 'sk-emulator-messages'
const model = 'messages-model'
beforeEach(async () => {
  world = await startWithClient()
  client = clientOf(key)
})
afterEach(() => world.close())

const clientOf = (apiKey: string) => new Anthropic({ apiKey, baseURL: `${world.url}/messages`, maxRetries: 0 })
const ask = (
  content: Anthropic.MessageParam['content'],
  more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
) => client.messages.create({ model, max_tokens: 2_000, messages: [{ role: 'user', content }], ...more })
const stream = (content: Anthropic.MessageParam['content'], more: Partial<Anthropic.MessageStreamParams> = {}) =>
  client.messages.stream({ model, max_tokens: 2_000, messages: [{ role: 'user', content }], ...more } as never)
const post = (body: object, headers: Record<string, string> = {}, path = '/messages/v1/messages') =>
  world.send(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', ...headers },
  })
const hello = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Say hello' }] }
const tools: Anthropic.Tool[] = ['get_weather', 'get_time'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}))
const words = 'You asked: "Say hello". I am a stand-in: no model thought about this answer.'

const finalOf = (run: ReturnType<typeof stream>): Promise<Anthropic.Message> => run.finalMessage()

describe('an answer', () => {
  it('is the same in one piece and in a stream', async () => {
    const whole = await ask('Say hello')
    expect(whole).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: `[emulator] messages-model: ${words}` }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, cache_read_input_tokens: 0, output_tokens: 26 },
    })
    expect(whole.id).toMatch(/^msg_/)
    expect(whole._request_id).toMatch(/^req_/)
    const { id: _, ...streamed } = await finalOf(stream('Say hello'))
    expect(streamed).toMatchObject({ content: whole.content, stop_reason: 'end_turn', usage: { output_tokens: 26 } })
  })

  it('has its events in the documented order', async () => {
    const { text } = await post({ ...hello, stream: true })
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    const [first, second, third, ...rest] = names
    expect([first, second, third]).toEqual(['message_start', 'content_block_start', 'ping'])
    expect(rest.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop'])
    expect(new Set(rest.slice(0, -3))).toEqual(new Set(['content_block_delta']))
  })

  it('calls tools, one or several, and quotes what they gave back, pictures included', async () => {
    const one = await ask('Please get_weather', { tools })
    expect(one).toMatchObject({
      content: [{ type: 'tool_use', name: 'get_weather', input: { city: 'Please get_weather' } }],
      stop_reason: 'tool_use',
    })
    const both = await finalOf(stream('get_weather and get_time in parallel', { tools }))
    expect(both.content.map((block) => block.type === 'tool_use' && block.name)).toEqual(['get_weather', 'get_time'])
    const single = await ask('get_weather and get_time in parallel', {
      tools,
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    })
    expect(single.content).toHaveLength(1)
    const gif = 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
    const last = await client.messages.create({
      model,
      max_tokens: 100,
      tools,
      messages: [
        { role: 'user', content: 'Please get_weather' },
        { role: 'assistant', content: one.content as Anthropic.ContentBlockParam[] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: one.content[0]?.type === 'tool_use' ? one.content[0].id : '',
              content: [
                { type: 'text', text: '21 degrees' },
                { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: gif } },
              ],
            },
          ],
        },
      ],
    })
    expect(JSON.stringify(last.content)).toContain('21 degrees')
    expect(JSON.stringify(last.content)).toContain('a GIF picture, 1 x 1 pixels')
  })

  it('stops at a sequence, at its tokens, at a refusal, and keeps to a schema', async () => {
    expect(await ask('Say hello', { stop_sequences: ['stand-in'] })).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'stand-in',
    })
    expect(await ask('Say hello', { max_tokens: 5 })).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 5 },
    })
    expect(await finalOf(stream('emulator-refuse'))).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { type: 'refusal' },
    })
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const format = { type: 'json_schema' as const, schema: { ...schema, additionalProperties: false } }
    const shaped = await ask('Say hello', { output_config: { format } })
    expect(shaped.content).toMatchObject([{ text: '{"city":"Say hello"}' }])
    await expect(ask('hello', { output_config: { format: { ...format, schema } } })).rejects.toThrow(
      "'additionalProperties' must be explicitly set to false",
    )
  })

  it('counts what came from the cache beside what did not', async () => {
    const { usage } = await ask('emulator-cached and so on')
    expect(usage.cache_read_input_tokens).toBeGreaterThan(0)
    const all = usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0)
    expect(all).toBe(3 + 4 + Math.ceil('emulator-cached and so on'.length / 4))
  })
})

describe('thinking', () => {
  const thinking = { type: 'enabled', budget_tokens: 1_024 } as const
  const back = (content: Anthropic.Message['content'], by = client, more: object = {}) =>
    by.messages.create({
      model,
      max_tokens: 2_000,
      thinking,
      tools,
      ...more,
      messages: [
        { role: 'user', content: 'Please get_weather' },
        { role: 'assistant', content: content as Anthropic.ContentBlockParam[] },
        {
          role: 'user',
          content: content.flatMap((block) =>
            block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: '21' }] : [],
          ),
        },
      ],
    })

  it('is signed, and its signature is good for the account and model that it was given to', async () => {
    const { content, usage } = await finalOf(stream('Please get_weather', { thinking, tools }))
    expect(content).toMatchObject([{ type: 'thinking', signature: expect.any(String) }, { type: 'tool_use' }])
    expect(usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0)
    expect((await back(content)).stop_reason).toBe('end_turn')
    const unknown = 'messages.1.content.0: Invalid `signature` in `thinking` block'
    await expect(back(content, clientOf(`${key}-two`))).rejects.toThrow(unknown)
    await expect(back(content, client, { model: 'messages-model-mini' })).rejects.toThrow(unknown)
    const changed = content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'else' } : block))
    await expect(back(changed)).rejects.toThrow(unknown)
    await expect(back(content.slice(1))).rejects.toThrow(
      'Expected `thinking` or `redacted_thinking`, but found `tool_use`',
    )
    expect((await back(content.slice(1), client, { thinking: { type: 'adaptive' } })).stop_reason).toBe('end_turn')
  })

  it('may be redacted or left out, and is known again', async () => {
    const redacted = await finalOf(stream('emulator-redacted get_weather', { thinking, tools }))
    expect(redacted.content[0]).toMatchObject({ type: 'redacted_thinking' })
    expect((await back(redacted.content)).stop_reason).toBe('end_turn')
    const omitted = await ask('get_weather', { thinking: { ...thinking, display: 'omitted' }, tools })
    expect(omitted.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
    expect((await back(omitted.content)).stop_reason).toBe('end_turn')
  })

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 100 } }, 'greater than or equal to 1024'],
    [{ thinking: { type: 'enabled', budget_tokens: 2_000 } }, '`max_tokens` must be greater than'],
    [{ thinking, temperature: 0.5 }, '`temperature` may only be set to 1'],
    [{ thinking, tools, tool_choice: { type: 'any' } }, 'Thinking may not be enabled when tool_choice forces tool use'],
  ] as const)('is refused as %j', async (more, message) => {
    await expect(ask('hello', more as never)).rejects.toThrow(message)
  })
})

describe('a refusal', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: '21' }
  const user = (content: unknown) => ({ role: 'user', content })
  const assistant = (content: unknown) => ({ role: 'assistant', content })

  it.each([
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
    ['too many tokens', { max_tokens: 64_001 }, 'max_tokens: 64001 > 64000'],
    ['an unknown field', { max_completion_tokens: 5 }, 'max_completion_tokens: Extra inputs are not permitted'],
    ['a field of a beta without it', { context_management: {} }, 'context_management: Extra inputs are not permitted'],
    ['no messages', { messages: [] }, 'messages: at least one message is required'],
    [
      'an assistant first',
      { messages: [assistant('a'), user('b')] },
      'messages: first message must use the "user" role',
    ],
    ['a prefill', { messages: [user('a'), assistant('b')] }, 'does not support assistant message prefill'],
    ['an unknown role', { messages: [{ role: 'developer', content: 'a' }] }, 'messages: Unexpected role "developer"'],
    [
      'empty text',
      { messages: [user([{ type: 'text', text: '' }])] },
      'messages: text content blocks must be non-empty',
    ],
    [
      'a call without result',
      { messages: [user('a'), assistant([call]), user('b')] },
      'without `tool_result` blocks immediately after: toolu_1',
    ],
    [
      'a result behind text',
      { messages: [user('a'), assistant([call]), user([{ type: 'text', text: 'b' }, result])] },
      'without `tool_result` blocks immediately after: toolu_1',
    ],
    ['a result without call', { messages: [user([result])] }, 'messages.0.content.0: unexpected `tool_use_id` found'],
    ['a tool without schema', { tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field required'],
    ['a tool as others have it', { tools: [{ type: 'function', function: {} }] }, "tools.0: Input tag 'function'"],
    [
      'a picture of another type',
      {
        messages: [
          user([
            {
              type: 'image',
              source: {
                type: 'base64',
                media_type: 'image/png',
                data: 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
              },
            },
          ]),
        ],
      },
      'appears to be a image/gif image',
    ],
    ['an unknown block', { messages: [user([{ type: 'image_url' }])] }, "messages.0.content.0: Input tag 'image_url'"],
  ])('meets %s', async (_, change, message) => {
    const heard = await post({ ...hello, ...change })
    expect(heard.status).toBe(400)
    expect(heard.json).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    expect(heard.text).toContain(JSON.stringify(message).slice(1, -1))
  })

  it('meets whoever sends no version or no good key, and is a 404 for a model', async () => {
    const version = await world.send('/messages/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: '{}',
    })
    expect(version.json).toMatchObject({ error: { message: 'anthropic-version: header is required' } })
    await expect(clientOf('wrong').messages.create(hello as never)).rejects.toThrow(Anthropic.AuthenticationError)
    await expect(ask('a', { model: 'none' })).rejects.toThrow(Anthropic.NotFoundError)
  })

  it('may be a bearer’s, and takes the fields of betas from whoever names one', async () => {
    const heard = await post(
      { ...hello, context_management: {} },
      {
        'x-api-key': '',
        authorization: `Bearer ${key}`,
        'anthropic-beta': 'context-management-2025-06-27',
      },
    )
    expect(heard.status).toBe(401)
    const { status } = await world.send('/messages/v1/messages?beta=true', {
      method: 'POST',
      body: JSON.stringify({ ...hello, context_management: {} }),
      headers: {
        authorization: `Bearer ${key}`,
        'anthropic-version': '2026-10-21',
        'anthropic-beta': 'context-management-2025-06-27',
      },
    })
    expect(status).toBe(200)
  })
})

describe('beside answers', () => {
  it('tokens are counted and models are listed', async () => {
    const { input_tokens: plain } = await client.messages.countTokens({
      model,
      messages: [{ role: 'user', content: 'hi' }],
    })
    const counted = await client.messages.countTokens({ model, tools, messages: [{ role: 'user', content: 'hi' }] })
    expect(counted.input_tokens).toBeGreaterThan(plain)
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(['messages-model', 'messages-model-mini'])
  })
})

describe('faults', () => {
  const order = (fault: object) => world.control('faults', { path: '/messages', ...fault })
  const streamed = async () => (await post({ ...hello, stream: true })).text

  it('take the shapes of the format', async () => {
    await order({ kind: 'error-in-stream', afterEvents: 2, status: 529, message: 'Overloaded' })
    const broken = await streamed()
    expect(broken).toMatch(
      /\n\nevent: error\ndata: \{"type":"error","error":\{"type":"overloaded_error","message":"Overloaded"\}/,
    )
    expect(broken.match(/^event: content_block_delta$/gm)).toHaveLength(2)
    await order({ kind: 'no-done' })
    expect(await streamed()).not.toContain('message_stop')
    await order({ kind: 'cut', afterEvents: 1, clean: true })
    expect((await streamed()).trimEnd()).toMatch(/"text":"\[emulator\]"\}\}$/)
    await order({ kind: 'finish', afterEvents: 1, reason: 'length' })
    const cut = await streamed()
    expect(cut).toMatch(/event: content_block_stop\n.*\n\nevent: message_delta\n.*"stop_reason":"max_tokens"/)
    await order({ kind: 'malformed', afterEvents: 1 })
    expect(await streamed()).toContain('"text":"brok\n\n')
    await order({ kind: 'error-in-stream', status: 500, code: 'api_error', message: 'No.' })
    expect((await post(hello)).json).toMatchObject({ type: 'error', error: { type: 'api_error', message: 'No.' } })
  })

  it('are limits and outages too, in the words of the format', async () => {
    await world.control('limits', { path: '/messages', requestsPerMinute: 1 })
    await ask('a')
    const error = await ask('b').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect((error as InstanceType<typeof Anthropic.RateLimitError>).headers.get('retry-after')).toBe('60')
    await world.control('outage', { path: '/messages', kind: 'model' })
    expect(await post(hello)).toMatchObject({ status: 529, json: { error: { type: 'overloaded_error' } } })
  })
})
