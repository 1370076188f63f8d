/** POST /v1/chat/completions as the official client meets it. */
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai'
import { describe, expect, it } from 'vitest'
import {
  errorEvent,
  error,
  FINISH,
  DONE,
  ROLE,
  says,
  saysAtOnce,
  stream,
  text,
  USAGE,
} from '../serving/fixtures/answers.ts'
import { makeToken } from '../service/issued-token.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { head, openGateway, TOKEN, type OpenGateway } from './fixtures/gateway.ts'

const MESSAGES = [{ role: 'user' as const, content: 'hi' }]
/** With a field of our own. */
const WITHOUT_FALLBACK = { model: 'a/m', messages: MESSAGES, fallbacks: [] }

async function streamed({ openai }: OpenGateway, model = 'openclaw'): Promise<string> {
  const parts = await openai.chat.completions.create({ model, messages: MESSAGES, stream: true })
  let said = ''
  for await (const part of parts) said += part.choices[0]?.delta.content ?? ''
  return said
}

it('streams an answer', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('你好, you'))
  expect(await streamed(gateway)).toBe('你好, you')
})

it('gives an answer in one piece, and says who gave it', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', error(404))
  gateway.upstream.script('b', saysAtOnce('hello'))
  const { data, response, request_id } = await gateway.openai.chat.completions
    .create({ model: 'openclaw', messages: MESSAGES })
    .withResponse()
  expect(data.choices[0]?.message.content).toBe('hello')
  expect(data.usage?.total_tokens).toBe(10)
  // The upstream's own word inside the answer, the ref in the header.
  expect(data.model).toBe('upstream-name')
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-openclaw-model': 'b/n',
    'x-openclaw-profile': 'b:default',
    'x-openclaw-attempts': 'a/m=auth',
  })
  expect(request_id).toMatch(/^[0-9a-f-]{36}$/)
})

it('notes which issued token asked, and nobody for the owner', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', saysAtOnce('hello'))
  const { token, ...made } = makeToken()
  const { state } = gateway.house
  await state.tokens.add({ ...made, name: 'editor', scope: 'invoke', createdAt: new Date() })
  for (const apiKey of [token.reveal(), TOKEN]) {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })
    await client.chat.completions.create({ model: 'a/m', messages: MESSAGES })
  }
  expect((await gateway.house.rows()).map(({ caller }) => caller)).toEqual(['editor', undefined])
})

it('hands chunks on as they come', async () => {
  const gateway = await openGateway()
  const gate = Promise.withResolvers<void>()
  gateway.upstream.script('a', stream([ROLE, text('one'), gate.promise, text('two'), FINISH, DONE]))
  const parts = await gateway.openai.chat.completions.create({ model: 'a/m', messages: MESSAGES, stream: true })
  const seen: string[] = []
  for await (const part of parts) {
    const piece = part.choices[0]?.delta.content
    if (piece) seen.push(piece)
    // The second word is not even sent before the first was read.
    if (piece === 'one') gate.resolve()
  }
  expect(seen).toEqual(['one', 'two'])
})

it('passes a content filter for a request that says so in its header', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', error(400, { code: 'content_filter' }))
  gateway.upstream.script('b', saysAtOnce('from b'))
  const ask = (word: string) =>
    gateway.openai.chat.completions.create(
      { model: 'openclaw', messages: MESSAGES },
      { headers: { 'x-openclaw-filter-fallback': word } },
    )
  await expect(ask('off')).rejects.toThrow(BadRequestError)
  await expect(ask('off')).rejects.toThrow('x-openclaw-filter-fallback: on')
  await expect(ask('maybe')).rejects.toThrow('takes on or off; met "maybe"')
  expect(gateway.upstream.hits('a')).toHaveLength(2)
  expect((await ask('on')).choices[0]?.message.content).toBe('from b')
})

describe('the official client raises', () => {
  it.each([
    ['AuthenticationError', AuthenticationError, error(401), 401, 'provider_auth'],
    ['RateLimitError', RateLimitError, error(429, {}, { 'retry-after': '30' }), 429, 'rate_limit_exceeded'],
    ['NotFoundError', NotFoundError, error(404, { code: 'model_not_found' }), 404, 'model_not_found'],
    ['BadRequestError', BadRequestError, error(422), 400, 'all_failed'],
    [
      'BadRequestError, with the code it knows,',
      BadRequestError,
      error(400, { code: 'context_length_exceeded' }),
      400,
      'context_length_exceeded',
    ],
    ['InternalServerError', InternalServerError, error(500), 502, 'all_failed'],
  ] as const)('%s for what it is', async (_, kind, act, status, code) => {
    for (const stream_ of [true, false]) {
      const gateway = await openGateway()
      gateway.upstream.script('a', act)
      const asked = gateway.openai.chat.completions.create(
        { model: 'a/m', messages: MESSAGES, stream: stream_ },
        { headers: { 'x-openclaw-fallback': 'off' } },
      )
      const raised = await asked.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(raised).toBeInstanceOf(kind)
      expect(raised).toMatchObject({ status, code, requestID: expect.any(String) as string })
    }
  })

  it('RateLimitError with the time to come back', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', error(429, {}, { 'retry-after': '30' }))
    const asked = gateway.openai.chat.completions.create(WITHOUT_FALLBACK)
    const raised = await asked.catch((thrown: unknown) => thrown)
    if (!(raised instanceof RateLimitError)) throw raised
    expect(raised.headers.get('retry-after')).toBe('30')
    expect(raised.headers.get('x-should-retry')).toBeNull()
    expect(raised.headers.get('x-openclaw-attempts')).toBe('a/m=rate-limit')
  })

  it('AuthenticationError for the wrong token of the gateway, with another code', async () => {
    const gateway = await openGateway()
    const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'nothing', maxRetries: 0 })
    const asked = stranger.chat.completions.create({ model: 'a/m', messages: MESSAGES })
    await expect(asked).rejects.toMatchObject({ status: 401, code: 'invalid_gateway_token' })
  })

  it.each(['nobody/m', 'a/unheard-of', 'openclaw/nobody', 'qick'])('NotFoundError for the model %s', async (model) => {
    const { openai } = await openGateway()
    const asked = openai.chat.completions.create({ model, messages: MESSAGES })
    await expect(asked).rejects.toBeInstanceOf(NotFoundError)
  })

  it.each([
    ['ends too early', stream([text('Well')])],
    ['is cut', stream([text('Well')], 'cut')],
    ['holds an error', stream([text('Well'), new Promise((go) => void setTimeout(go, 20)), errorEvent('busy'), DONE])],
  ])('APIError when a stream that had begun %s', async (_, act) => {
    const gateway = await openGateway()
    gateway.upstream.script('a', act)
    const raised = await streamed(gateway).catch((thrown: unknown) => thrown)
    expect(raised).toBeInstanceOf(APIError)
    expect(raised).not.toBeInstanceOf(APIConnectionError)
    expect(String(raised)).toContain('broke off')
  })
})

it('tells the official client not to ask again where a person must act first', async () => {
  const gateway = await openGateway()
  const now = gateway.house.clock.now()
  await gateway.house.state.cooldowns.put({
    scope: 'provider',
    provider: 'a',
    kind: 'quota',
    evidence: 'spent',
    since: now,
    until: new Date(now.getTime() + 3_600_000),
  })
  let asked = 0
  const patient = new OpenAI({
    baseURL: `${gateway.url}/v1`,
    apiKey: TOKEN,
    maxRetries: 2,
    fetch(...request) {
      asked += 1
      return fetch(...request)
    },
  })
  await expect(patient.chat.completions.create(WITHOUT_FALLBACK)).rejects.toBeInstanceOf(RateLimitError)
  expect(asked).toBe(1)
})

it('closes the upstream when the official client aborts', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', stream([text('Well')], 'stall'))
  const parts = await gateway.openai.chat.completions.create({ model: 'a/m', messages: MESSAGES, stream: true })
  for await (const part of parts) if (part.choices[0]?.delta.content) parts.controller.abort()
  await until(() => gateway.upstream.hits('a')[0]?.isAborted ?? false)
  await until(async () => (await gateway.house.rows()).length === 1)
  expect(await gateway.house.rows()).toMatchObject([{ outcome: 'aborted' }])
  expect(await gateway.house.rests()).toEqual([])
})

it('mixes up no two of two hundred streams', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', ...Array.from({ length: 200 }, (_, at) => says(`mark ${at} `.repeat(20))))
  const said = await Promise.all(Array.from({ length: 200 }, () => streamed(gateway)))
  const marks = said.map((whole) => /^(mark \d+ )\1{19}$/.exec(whole)?.[1])
  expect(new Set(marks).size).toBe(200)
  expect(marks).not.toContain(undefined)
})

it('sends head and body of a stream as the upstream framed them', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  const stream_options = { include_usage: true }
  const body = JSON.stringify({ model: 'a/m', messages: MESSAGES, stream: true, stream_options })
  const answer = await gateway.raw(
    head(
      'POST /v1/chat/completions',
      `Host: ${gateway.host}`,
      `Authorization: Bearer ${TOKEN}`,
      `Content-Length: ${body.length}`,
    ) + body,
  )
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  const sent = answer.body.split('\r\n').filter((line) => line.startsWith('data: ') || line.includes('\n'))
  expect(sent.join('')).toBe([ROLE, text('hello'), FINISH, USAGE, DONE].join(''))
})

it('takes the word of a caller that wants no fallback', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', error(404))
  const asked = gateway.openai.chat.completions.create(
    { model: 'openclaw', messages: MESSAGES },
    { headers: { 'x-openclaw-fallback': 'off' } },
  )
  await expect(asked).rejects.toMatchObject({ status: 401 })
  expect(gateway.upstream.hits('b')).toEqual([])
})
