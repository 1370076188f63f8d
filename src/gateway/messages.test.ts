/** POST /v1/messages as the official client meets it, before upstreams of another format and of its own. */
import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
  ServiceUnavailableError,
} from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { plain, thinking as thinkingStream } from '../dialects/messages/recorded-streams.fixture.ts'
import {
  chunk,
  DONE,
  error,
  errorEvent,
  FINISH,
  ROLE,
  says,
  saysAtOnce,
  stream,
  text,
} from '../serving/fixtures/answers.ts'
import { until, type ScriptedAnswer } from '../serving/fixtures/upstream.ts'
import { head, openBehind, openGateway, TOKEN, type OpenGateway } from './fixtures/gateway.ts'

const MESSAGES: Anthropic.MessageParam[] = [{ role: 'user', content: 'hi' }]
const ASKED = { model: 'openclaw', max_tokens: 64, messages: MESSAGES }
const delta = (fields: object): string => chunk({ delta: fields, finish_reason: null })
const call = (index: number, fields: object, more: object = {}): string =>
  delta({ tool_calls: [{ index, ...more, function: fields }] })

const openMessages = (): Promise<OpenGateway> => openGateway({}, undefined, openBehind('anthropic-messages'))
const answering = (body: string): ScriptedAnswer => ({ headers: { 'content-type': 'text/event-stream' }, body: [body] })

function sentTo({ upstream }: OpenGateway, name = 'a', at = 0): Record<string, unknown> {
  return JSON.parse(upstream.hits(name)[at]?.body.toString() ?? '{}') as Record<string, unknown>
}

describe('before an upstream of another format', () => {
  it('streams an answer', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', says('你好, you'))
    const { data, request_id } = await gateway.anthropic.messages.stream(ASKED).withResponse()
    expect(await data.finalMessage()).toMatchObject({
      model: 'upstream-name',
      content: [{ type: 'text', text: '你好, you' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 7, output_tokens: 3 },
    })
    expect(request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gives an answer in one piece, and says who gave it', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', error(404))
    gateway.upstream.script('b', saysAtOnce('hello'))
    const { data, response, request_id } = await gateway.anthropic.messages.create(ASKED).withResponse()
    expect(data).toMatchObject({
      type: 'message',
      content: [{ text: 'hello' }],
      usage: { input_tokens: 7, output_tokens: 3 },
    })
    expect(request_id).toBe(response.headers.get('x-request-id'))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-openclaw-model': 'b/n',
      'x-openclaw-attempts': 'a/m=auth',
    })
    expect(sentTo(gateway, 'b')).toMatchObject({ model: 'n', max_tokens: 64 })
  })

  it('hands chunks on as they come', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([ROLE, text('one'), gate.promise, text('two'), FINISH, DONE]))
    const seen: string[] = []
    for await (const event of await gateway.anthropic.messages.create({ ...ASKED, stream: true })) {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue
      seen.push(event.delta.text)
      gate.resolve()
    }
    expect(seen).toEqual(['one', 'two'])
  })

  it('calls tools, several at once, and brings back what came of them', async () => {
    const gateway = await openGateway()
    gateway.upstream.script(
      'a',
      stream([
        ROLE,
        call(0, { name: 'look', arguments: '' }, { id: 'call_1', type: 'function' }),
        call(0, { arguments: '{"at":' }),
        call(1, { name: 'now', arguments: '{}' }, { id: 'call_2', type: 'function' }),
        call(0, { arguments: '"北京"}' }),
        chunk({ delta: {}, finish_reason: 'tool_calls' }),
        DONE,
      ]),
      says('done'),
    )
    const tools: Anthropic.Tool[] = [
      { name: 'look', description: 'Looks.', input_schema: { type: 'object', properties: { at: { type: 'string' } } } },
      { name: 'now', input_schema: { type: 'object' } },
    ]
    const asked = { ...ASKED, model: 'a/m', tools, tool_choice: { type: 'any' as const } }
    const message = await gateway.anthropic.messages.stream(asked).finalMessage()
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'tool_use', id: 'call_1', name: 'look', input: { at: '北京' } },
        { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
      ],
    })
    const results: Anthropic.ToolResultBlockParam[] = [
      { type: 'tool_result', tool_use_id: 'call_1', content: 'a cat' },
      { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'No clock.' }], is_error: true },
    ]
    await gateway.anthropic.messages
      .stream({
        ...asked,
        messages: [...MESSAGES, { role: 'assistant', content: message.content }, { role: 'user', content: results }],
      })
      .finalMessage()
    expect(sentTo(gateway)).toMatchObject({
      tool_choice: 'required',
      tools: [{ function: { name: 'look' } }, { function: { name: 'now' } }],
    })
    expect(sentTo(gateway, 'a', 1)['messages']).toMatchObject([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', function: { name: 'look', arguments: '{"at":"北京"}' } }, { id: 'call_2' }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      { role: 'tool', tool_call_id: 'call_2', content: 'No clock.' },
    ])
  })

  it('shows thoughts that are its to show, and takes them back', async () => {
    const gateway = await openGateway()
    gateway.upstream.script(
      'a',
      stream([
        ROLE,
        delta({ reasoning_content: 'hm, ' }),
        delta({ reasoning_content: 'so' }),
        text('Hi'),
        FINISH,
        DONE,
      ]),
      says('again'),
    )
    const { content } = await gateway.anthropic.messages
      .stream({ ...ASKED, thinking: { type: 'enabled', budget_tokens: 2_048 } })
      .finalMessage()
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'hm, so', signature: expect.stringMatching(/^oc1\./) },
      { type: 'text', text: 'Hi' },
    ])
    const more = [...MESSAGES, { role: 'assistant' as const, content }, ...MESSAGES]
    await gateway.anthropic.messages.stream({ ...ASKED, messages: more }).finalMessage()
    expect(JSON.stringify(sentTo(gateway, 'a', 1))).not.toContain('oc1.')
  })

  it('takes what programs of today send it, and names what it leaves out', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', says('fine'))
    const { data, response } = await gateway.anthropic.beta.messages
      .stream({
        ...ASKED,
        betas: ['context-management-2025-06-27', 'advanced-tool-use-2025-11-20'],
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }] },
          { role: 'system', content: 'Now in French.' },
        ],
        thinking: { type: 'adaptive' },
        output_config: { effort: 'high' },
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
        tools: [
          { name: 'f', input_schema: { type: 'object' }, defer_loading: true },
          { type: 'web_search_20250305', name: 'web_search' },
        ],
        metadata: { user_id: 'user_1_session_2' },
      })
      .withResponse()
    expect((await data.finalMessage()).content).toMatchObject([{ text: 'fine' }])
    expect(response.headers.get('x-openclaw-dropped')?.split(', ')).toEqual([
      'context_management',
      'cache_control',
      'tools.defer_loading',
      'tools[1].type=web_search_20250305',
    ])
    expect(sentTo(gateway)).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
        { role: 'system', content: 'Now in French.' },
      ],
      reasoning_effort: 'high',
      user: 'user_1_session_2',
    })
    expect(gateway.upstream.hits('a')[0]?.headers).not.toHaveProperty('anthropic-beta')
  })

  it('keeps apart the texts of a result, as those of a search for tools', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', says('fine'))
    const found = ['mail__send', 'mail__read'].map((tool_name) => ({ type: 'tool_reference' as const, tool_name }))
    const messages: Anthropic.MessageParam[] = [
      ...MESSAGES,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'ToolSearch', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: found }] },
    ]
    await gateway.anthropic.messages.stream({ ...ASKED, messages }).finalMessage()
    expect(sentTo(gateway)['messages']).toMatchObject([{}, {}, { role: 'tool', content: 'mail__send\nmail__read' }])
  })

  it('carries a picture that a tool gave back', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', says('a cat'))
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } } as const
    await gateway.anthropic.messages
      .stream({
        ...ASKED,
        messages: [
          ...MESSAGES,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'shot', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [image] }] },
        ],
      })
      .finalMessage()
    expect(JSON.stringify(sentTo(gateway))).toContain('data:image/png;base64,iVBORw0KGgo=')
  })

  it('says what is left of the upstream’s limits in this format’s words, and nothing else of its headers', async () => {
    const gateway = await openGateway()
    const limits = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-reset-requests': '6m0s',
      'x-ratelimit-remaining-tokens': 'none',
    }
    gateway.upstream.script('a', {
      ...says('a'),
      headers: { 'content-type': 'text/event-stream', ...limits, 'set-cookie': 'a=1' },
    })
    const { data, response } = await gateway.anthropic.messages.stream(ASKED).withResponse()
    await data.finalMessage()
    const told = Object.fromEntries([...response.headers].filter(([name]) => /limit|cookie/.test(name)))
    expect(told).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-reset': '2026-03-14T12:06:00Z',
    })
  })
})

describe('before an upstream of its own format', () => {
  it('relays what comes to the byte, and the headers of the format on the way there', async () => {
    const gateway = await openMessages()
    gateway.upstream.script('a', answering(plain))
    const body = JSON.stringify({ ...ASKED, stream: true, future: { a: 1e2 } })
    const answer = await gateway.raw(
      head(
        'POST /v1/messages?beta=true',
        `Host: ${gateway.host}`,
        `x-api-key: ${TOKEN}`,
        'anthropic-version: 2023-06-01',
        'anthropic-beta: one,two',
        `Content-Length: ${body.length}`,
      ) + body,
    )
    expect(answer.body).toContain(plain.slice(0, 200))
    const [hit] = gateway.upstream.hits('a')
    expect(hit?.body.toString()).toBe(body.replace('"openclaw"', '"m"'))
    expect(hit?.headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'one,two',
      'x-api-key': 'key-of-the-upstream',
    })
    expect(answer.headers['request-id']).toBe(answer.headers['x-request-id'])
  })

  it('brings a signature back to the model that gave it, and to no other', async () => {
    const gateway = await openMessages()
    gateway.upstream.script('a', answering(thinkingStream))
    gateway.upstream.script('b', says('b'))
    const { content } = await gateway.anthropic.messages.stream(ASKED).finalMessage()
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'redacted_thinking', 'text'])
    const messages = [...MESSAGES, { role: 'assistant' as const, content }, ...MESSAGES]
    await gateway.anthropic.messages.stream({ ...ASKED, messages }).finalMessage()
    expect(sentTo(gateway, 'a', 1)['messages']).toEqual(JSON.parse(JSON.stringify(messages)))
    gateway.upstream.script('a', answering(thinkingStream))
    await gateway.anthropic.messages.stream({ ...ASKED, model: 'a/sight/large', messages }).finalMessage()
    expect(sentTo(gateway, 'a', 2)['messages']).toMatchObject([{}, { content: [{ type: 'text' }] }, {}])
    await gateway.anthropic.messages.stream({ ...ASKED, model: 'b/n', messages }).finalMessage()
    expect(JSON.stringify(sentTo(gateway, 'b'))).not.toContain('EqQB')
  })

  it('falls back to an upstream of another format before anything was said', async () => {
    const gateway = await openMessages()
    gateway.upstream.script('a', {
      status: 529,
      body: ['{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'],
    })
    gateway.upstream.script('b', says('from b'))
    const message = await gateway.anthropic.messages.stream(ASKED).finalMessage()
    expect(message.content).toMatchObject([{ text: 'from b' }])
  })
})

describe('the official SDK raises', () => {
  it('BadRequestError without max_tokens, with the id of the request', async () => {
    const { anthropic } = await openGateway()
    const { max_tokens: _, ...asked } = ASKED
    const raised = await anthropic.messages.create(asked as typeof ASKED).catch((thrown: unknown) => thrown)
    expect(raised).toBeInstanceOf(BadRequestError)
    expect(raised).toMatchObject({ type: 'invalid_request_error', requestID: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(String(raised)).toContain('max_tokens')
  })

  it('AuthenticationError for a wrong token, shown either way', async () => {
    const { url } = await openGateway()
    for (const shown of [{ apiKey: 'wrong' }, { authToken: 'wrong' }]) {
      const client = new Anthropic({ baseURL: url, maxRetries: 0, ...shown })
      const asked = client.messages.create(ASKED)
      await expect(asked).rejects.toBeInstanceOf(AuthenticationError)
      await expect(asked).rejects.toMatchObject({ type: 'authentication_error', errorCode: 'invalid_gateway_token' })
    }
  })

  it('NotFoundError for a model that nobody has', async () => {
    const { anthropic } = await openGateway()
    await expect(anthropic.messages.create({ ...ASKED, model: 'a/unheard-of' })).rejects.toBeInstanceOf(NotFoundError)
  })

  it('RateLimitError, with the time to wait', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', error(429, {}, { 'retry-after': '30' }))
    gateway.upstream.script('b', error(429, {}, { 'retry-after': '30' }))
    const raised = await gateway.anthropic.messages.create(ASKED).catch((thrown: unknown) => thrown)
    expect(raised).toBeInstanceOf(RateLimitError)
    expect(raised instanceof APIError && raised.headers?.get('retry-after')).toBe('30')
  })

  it('its own class while all rest', async () => {
    const gateway = await openGateway()
    const now = gateway.house.clock.now()
    for (const provider of ['a', 'b']) {
      const rest = { scope: 'provider', provider, kind: 'overload', evidence: 'busy' } as const
      await gateway.house.state.cooldowns.put({ ...rest, since: now, until: new Date(now.getTime() + 60_000) })
    }
    const asked = gateway.anthropic.messages.create(ASKED)
    await expect(asked).rejects.toBeInstanceOf(ServiceUnavailableError)
    await expect(asked).rejects.toMatchObject({ type: 'overloaded_error' })
  })

  it('BadRequestError where a stored file is meant, naming its place', async () => {
    const { anthropic } = await openGateway()
    const content = [{ type: 'image' as const, source: { type: 'file' as const, file_id: 'f' } }]
    const asked = anthropic.messages.create({ ...ASKED, messages: [{ role: 'user', content }] })
    await expect(asked).rejects.toBeInstanceOf(BadRequestError)
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('messages[0].content[0].source') })
  })

  it.each([
    ['ends too early', stream([text('Well')])],
    ['is cut', stream([text('Well')], 'cut')],
    ['holds an error', stream([text('Well'), new Promise((go) => void setTimeout(go, 20)), errorEvent('busy'), DONE])],
  ])('APIError when a stream that had begun %s', async (_, act) => {
    const gateway = await openGateway()
    gateway.upstream.script('a', act)
    const raised = await gateway.anthropic.messages
      .stream(ASKED)
      .finalMessage()
      .catch((thrown: unknown) => thrown)
    expect(raised).toBeInstanceOf(APIError)
    expect(String(raised)).toContain('broke off')
  })
})

it('closes the upstream when the official client aborts', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', stream([text('Well')], 'stall'))
  const answer = gateway.anthropic.messages.stream(ASKED)
  answer.on('text', () => answer.abort())
  await answer.done().catch(() => undefined)
  await until(() => gateway.upstream.hits('a')[0]?.isAborted ?? false)
})

it('mixes up no two of a hundred streams', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', ...Array.from({ length: 100 }, (_, at) => says(`mark ${at} `.repeat(20))))
  const said = await Promise.all(
    Array.from({ length: 100 }, () => gateway.anthropic.messages.stream(ASKED).finalText()),
  )
  const marks = said.map((whole) => /^(mark \d+ )\1{19}$/.exec(`${whole.trim()} `)?.[1])
  expect(new Set(marks).size).toBe(100)
  expect(marks).not.toContain(undefined)
})
