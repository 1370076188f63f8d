/** What an answer says beside itself, and what it never says. */
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { error, errorEvent, says, saysAtOnce, stream, text } from './fixtures/answers.ts'
import { twoModels as chainOfTwo } from './fixtures/two-models.ts'
import type { Act } from './fixtures/upstream.ts'

const SECRET = 'hunter-two.and/three+"four"~five=='

const twoModels = (act: Act) => chainOfTwo({ a: [act], b: says('from b') }, { a: { apiKey: SECRET }, gateway: {} })

it('names the request, the model, the profile, and what was met before', async () => {
  const { house } = await twoModels(error(404))
  const { caller, served } = await house.ask()
  expect(caller.headers).toEqual({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-openclaw-model': 'b/n',
    'x-openclaw-profile': 'b:default',
    'x-openclaw-attempts': 'a/m=auth',
  })
  expect(served.kind === 'answered' && served.attempts).toEqual(['a/m=auth'])
})

it('tells nothing of those who come after the one that answered', async () => {
  const { house } = await twoModels(says('hello'))
  const { caller } = await house.ask({ fallbacks: ['nobody/x', 'b/n'] })
  expect(caller.headers['x-openclaw-attempts']).toBe('')
})

it('tells what was met in the order in which it was', async () => {
  const { house, upstream } = await twoModels(error(404))
  upstream.script('b', error(404))
  const { served } = await house.ask({ fallbacks: ['nobody/x', 'b/n', 'nobody/y'] })
  expect(served.kind === 'refused' && served.attempts).toEqual([
    'a/m=auth',
    'nobody/x=provider-not-found',
    'b/n=auth',
    'nobody/y=provider-not-found',
  ])
})

it('answers although the chain holds names that no header may hold', async () => {
  const { house } = await twoModels(error(404))
  const { caller } = await house.ask({ fallbacks: ['模型\r\nset-cookie: a=1', 'b/n'] })
  expect(caller.headers['x-openclaw-attempts']).toBe(
    `a/m=auth, ${encodeURIComponent('模型')}%0D%0Aset-cookie: a=1/?=provider-not-found`,
  )
})

it('S-14 passes no header of the upstream on', async () => {
  const headers = {
    'content-type': 'text/event-stream',
    'set-cookie': ['a=1', 'b=2'],
    'x-request-id': 'theirs',
    'x-openclaw-model': 'theirs',
    'access-control-allow-origin': '*',
    'x-ratelimit-remaining': '1',
    server: 'theirs',
    'keep-alive': 'timeout=1',
    'proxy-authenticate': 'Basic realm="x"',
    trailer: 'x-late',
    location: 'http://elsewhere.example/',
    'clear-site-data': '"*"',
    'x-odd': 'one\u00a0\u0085x-openclaw-model: theirs',
    'x-large': 'x'.repeat(12_000),
  }
  const { house } = await twoModels({ ...says('hello'), headers })
  const { caller } = await house.ask()
  expect(Object.keys(caller.headers).toSorted()).toEqual([
    'cache-control',
    'content-type',
    'x-openclaw-attempts',
    'x-openclaw-model',
    'x-openclaw-profile',
    'x-request-id',
  ])
  expect(caller.headers['x-request-id']).not.toBe('theirs')
})

const AS_JSON = JSON.stringify(SECRET).slice(1, -1)

it.each([
  ['in a plain body', { status: 401, body: [`You sent Authorization: Bearer ${SECRET}`] }],
  ['in its message', error(500, { message: `Bearer ${SECRET} is odd` })],
  ['as its code', error(400, { code: SECRET })],
  ['with its slashes escaped', { status: 500, body: [`{"error":{"message":"${AS_JSON.replaceAll('/', '\\/')}"}}`] }],
  ['cut by the length of a line', error(500, { message: `${'x '.repeat(140)}${SECRET} again ${SECRET}` })],
  ['in the title of a page', { status: 403, body: [`<html><title>${SECRET}</title>`] }],
  ['in an error within a stream', stream([errorEvent(`what is ${SECRET}?`)])],
  ['in an event that is none', stream([`data: ${SECRET}\n\n`])],
  ['cut in an event that is none', stream([`data: ${'y'.repeat(185)} ${SECRET}\n\n`])],
] as const)('never says our credential when the upstream says it %s', async (_, act) => {
  const { house } = await twoModels(act)
  const { served, caller } = await house.ask({ fallbacks: [] })
  const told = [inspect(served, { depth: 20 }), caller.text, ...(await house.rests()).map(({ evidence }) => evidence)]
    .join('\n')
    // The chain of candidates holds the credential itself, in memory.
    .replaceAll(/apiKey: .*/g, '')
  expect(told).not.toContain(SECRET.slice(0, 10))
  expect(told).not.toContain(SECRET.slice(-10))
})

it('never says it to a caller whose stream had begun', async () => {
  const gate = new Promise((resolve) => void setTimeout(resolve, 30))
  const { house } = await twoModels(stream([text('Well'), gate, errorEvent(`what is ${SECRET}?`)]))
  const { caller } = await house.ask()
  expect(caller.status).toBe(200)
  expect(caller.text).toContain('what is [redacted]?')
})

it('sends the credential, the dialect and our own name, and of the caller only its body', async () => {
  const { house, upstream } = await twoModels(saysAtOnce('hello'))
  await house.ask({ stream: false })
  const { host: _, ...headers } = upstream.hits('a')[0]?.headers ?? {}
  expect(headers).toEqual({
    authorization: `Bearer ${SECRET}`,
    'content-type': 'application/json',
    'content-length': String(upstream.hits('a')[0]?.body.byteLength),
    accept: 'application/json',
    'accept-encoding': 'identity',
    connection: 'keep-alive',
    'user-agent': 'openclaw/test',
  })
})

it('sends the body as it came but for the model and what is ours', async () => {
  const { house, upstream } = await twoModels(says('hello'))
  const messages = [{ role: 'user', content: 'model: "a/m"' }]
  await house.ask({ model: 'a/m', fallbacks: ['b/n'], messages, stream_options: { include_usage: true } })
  expect(upstream.hits('a')[0]?.body.toString()).toBe(
    '{"model":"m","stream":true,"messages":[{"role":"user","content":"model: \\"a/m\\""}],"stream_options":{"include_usage":true}}',
  )
})
