/** POST /v1/embeddings as the official client meets it, which asks for packed numbers unless it is told otherwise. */
import OpenAI, { NotFoundError } from 'openai'
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../core/secret.ts'
import { error, json, says } from '../serving/fixtures/answers.ts'
import { openHouse } from '../serving/fixtures/house.ts'
import { scriptedUpstream } from '../serving/fixtures/upstream.ts'
import { openGateway, servicesOf, TOKEN, type OpenGateway } from './fixtures/gateway.ts'
import { bindPort } from './server.ts'

// Each is exact in 32 bits.
const NUMBERS = [0.5, -1.25, 3, 0]
const PACKED = Buffer.from(Float32Array.from(NUMBERS).buffer).toString('base64')
const answer = (...embeddings: readonly unknown[]) =>
  json(200, {
    object: 'list',
    model: 'upstream-name',
    data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 5, total_tokens: 5 },
    more: 'stays',
  })

async function open(...acts: readonly Parameters<OpenGateway['upstream']['script']>[1][]): Promise<OpenGateway> {
  const gateway = await openGateway()
  gateway.upstream.script('a/embeddings', ...acts)
  return gateway
}

async function raw({ url }: OpenGateway, body: object): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

it.each([
  ['numbers', NUMBERS],
  ['packed numbers', PACKED],
])('gives the official client its vectors when the upstream sends %s', async (_, sent) => {
  const gateway = await open(answer(sent))
  for (const encoding_format of [undefined, 'float', 'base64'] as const) {
    const { data, usage } = await gateway.openai.embeddings.create({
      model: 'a/m',
      input: 'hi',
      ...(encoding_format && { encoding_format }),
    })
    expect(data[0]?.embedding).toEqual(encoding_format === 'base64' ? PACKED : NUMBERS)
    expect(usage.prompt_tokens).toBe(5)
  }
  expect(await gateway.house.rows()).toMatchObject(
    [{}, {}, {}].map(() => ({ model: 'm', outcome: 'answered', usage: { inputTokens: 5 } })),
  )
})

it('hands on byte for byte what is as it was asked for', async () => {
  const gateway = await open(answer(NUMBERS))
  const { text, headers } = await raw(gateway, { model: 'a/m', input: [[1, 2], [3]], dimensions: 4, user: 'me' })
  expect(text).toBe(
    JSON.stringify({
      object: 'list',
      model: 'upstream-name',
      data: [{ object: 'embedding', index: 0, embedding: NUMBERS }],
      usage: { prompt_tokens: 5, total_tokens: 5 },
      more: 'stays',
    }),
  )
  expect(headers.get('x-openclaw-model')).toBe('a/m')
  expect(gateway.upstream.hits('a/embeddings')[0]?.body.toString()).toBe(
    '{"model":"m","input":[[1,2],[3]],"dimensions":4,"user":"me"}',
  )
})

it('asks for plain numbers, which every server has, where packed ones are wanted', async () => {
  const gateway = await open(answer(NUMBERS, NUMBERS))
  const { text } = await raw(gateway, { model: 'a/m', input: ['x', 'y'], encoding_format: 'base64' })
  expect(JSON.parse(text)).toMatchObject({
    data: [
      { index: 0, embedding: PACKED },
      { index: 1, embedding: PACKED },
    ],
    more: 'stays',
  })
  expect(gateway.upstream.hits('a/embeddings')[0]?.body.toString()).toBe('{"model":"m","input":["x","y"]}')
})

it('asks no other model than the one that was named, whose vectors could not be compared', async () => {
  const gateway = await open(error(503))
  gateway.upstream.script('b/embeddings', answer(NUMBERS))
  await expect(gateway.openai.embeddings.create({ model: 'openclaw', input: 'x' })).rejects.toThrow()
  expect(gateway.upstream.hits('b/embeddings')).toEqual([])
})

it('calls a server without embeddings no trouble of its login, nor of the chats of the same model', async () => {
  const gateway = await open(error(404))
  gateway.upstream.script('a', says('hello'))
  await expect(gateway.openai.embeddings.create({ model: 'a/sight/large', input: 'x' })).rejects.toThrow(NotFoundError)
  expect(await gateway.house.rests()).toEqual([])
})

it.each([
  ['input', { input: '' }],
  ['input', { input: [] }],
  ['input', { input: [1.5] }],
  ['input', { input: ['a', 1] }],
  ['encoding_format', { input: 'x', encoding_format: 'hex' }],
  ['fallbacks', { input: 'x', fallbacks: ['b/n'] }],
  ['stream', { input: 'x', stream: true }],
])('refuses a wrong %s: %j', async (param, body) => {
  const gateway = await open(answer(NUMBERS))
  const { status, text } = await raw(gateway, { model: 'a/m', ...body })
  expect([status, (JSON.parse(text) as { error: { param: string } }).error.param]).toEqual([400, param])
})

it.each([
  ['nothing', json(200, { data: [] })],
  ['half a number', answer('AAA=')],
  ['a word among the numbers', answer([1, 'x'])],
  ['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: ['<html>'] }],
  ['an error', json(200, { error: { message: 'busy', code: 'server_error' } })],
])('calls an answer with %s broken', async (_, act) => {
  const gateway = await open(act)
  expect((await raw(gateway, { model: 'a/m', input: 'x' })).status).toBe(502)
})

it('is asked of an upstream of the Responses format too, and refused clearly for one of Messages', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('r/embeddings', answer(NUMBERS))
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          r: { baseUrl: upstream.url('r'), api: 'openai-responses', models: ['m'] },
          c: { baseUrl: upstream.url('c'), api: 'anthropic-messages', models: ['m'] },
        },
      },
    },
  })
  const gateway = (await bindPort({ port: 0 })).serve(servicesOf(house), () => new Secret(TOKEN))
  onTestFinished(() => gateway.end())
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: TOKEN, maxRetries: 0 })
  expect((await openai.embeddings.create({ model: 'r/m', input: 'x' })).data[0]?.embedding).toEqual(NUMBERS)
  await expect(openai.embeddings.create({ model: 'c/m', input: 'x' })).rejects.toMatchObject({
    status: 400,
    param: 'model',
    message: expect.stringContaining('has no embeddings') as string,
  })
  expect(upstream.hits('c/embeddings')).toEqual([])
})
