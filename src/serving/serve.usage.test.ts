/** The tokens of a stream: the upstream is always asked for them, and a caller sees only what it asked for itself. */
import { expect, it } from 'vitest'
import type { ProviderDefinition } from '../core/provider.ts'
import { DONE, error, FINISH, json, ROLE, says, stream, text, USAGE } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { twoModels } from './fixtures/two-models.ts'
import { scriptedUpstream, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

const world = (...a: readonly Act[]) => twoModels({ a, b: says('from b') })
const bodyOf = (upstream: ScriptedUpstream, at = 0): Record<string, unknown> =>
  JSON.parse(upstream.hits('a')[at]?.body.toString() ?? '{}') as Record<string, unknown>
const usage = async (house: House) => (await house.rows()).at(-1)?.usage

it('is asked for and written down, and its event does not reach who did not ask', async () => {
  const { house, upstream } = await world(says('hello'))
  const { caller } = await house.ask()
  expect(bodyOf(upstream).stream_options).toEqual({ include_usage: true })
  expect(caller.text).toBe(ROLE + text('hello') + FINISH + DONE)
  expect(await usage(house)).toEqual({ inputTokens: 7, outputTokens: 3 })
})

it('reaches who asked, byte for byte', async () => {
  const { house } = await world(says('hello'))
  const { caller } = await house.ask({ stream_options: { include_usage: true } })
  expect(caller.text).toBe(ROLE + text('hello') + FINISH + USAGE + DONE)
})

it('is asked for beside the caller’s other options, which stay as they are', async () => {
  for (const [given, sent] of [
    [
      { include_obfuscation: false, x: 1.5 },
      { include_obfuscation: false, x: 1.5, include_usage: true },
    ],
    [{ include_usage: false }, { include_usage: true }],
    [{}, { include_usage: true }],
  ]) {
    const { house, upstream } = await world(says('hello'))
    const { caller } = await house.ask({ stream_options: given as object })
    expect(bodyOf(upstream).stream_options).toEqual(sent)
    expect(caller.text).not.toContain('usage')
  }
})

it('is not asked for where the answer comes in one piece', async () => {
  const { house, upstream } = await world(json(500, {}))
  await house.ask({ stream: false })
  expect(bodyOf(upstream)).not.toHaveProperty('stream_options')
})

it('stays within the event that tells something else as well', async () => {
  const both = USAGE.replace('"choices":[]', '"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]')
  const { house } = await world(stream([ROLE, text('hello'), both, DONE]))
  const { caller } = await house.ask()
  expect(caller.text).toBe(ROLE + text('hello') + both + DONE)
  expect(await usage(house)).toEqual({ inputTokens: 7, outputTokens: 3 })
})

it('is left out wherever the stream is cut', async () => {
  const whole = Buffer.from([': 注\n\n', ROLE, text('你好'), FINISH, USAGE, DONE].join(''))
  const want = [': 注\n\n', ROLE, text('你好'), FINISH, DONE].join('')
  for (const size of [1, 3, 50, 400]) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    )
    const { house } = await world(stream(pieces))
    expect((await house.ask()).caller.text).toBe(want)
  }
})

it.each([
  ['in a word', error(400, { message: 'Unrecognized request argument supplied: stream_options' })],
  ['in its path', json(422, { detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] })],
])(
  'is asked for no more, for an hour, of who refuses the question %s: the request is sent once without it',
  async (_, refusal) => {
    const { house, upstream } = await world(refusal, says('hello'))
    const { caller } = await house.ask()
    expect(caller.text).toContain('hello')
    expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'a/m', 'x-openclaw-attempts': 'a/m=bad-request' })
    expect(bodyOf(upstream, 1)).not.toHaveProperty('stream_options')
    const asking = { include_usage: true }
    const { caller: next } = await house.ask({ stream_options: asking })
    expect(upstream.hits('a')).toHaveLength(3)
    expect(bodyOf(upstream, 2)).not.toHaveProperty('stream_options')
    expect(next.headers['x-openclaw-dropped']).toBe('stream_options')
    // What the upstream tells unasked is not hidden.
    expect(next.text).toContain(USAGE)
    house.clock.advance(3_700_000)
    await house.ask()
    expect(bodyOf(upstream, 3).stream_options).toEqual(asking)
  },
)

it('is refused to two requests at once, and both are answered', async () => {
  const refusal = error(400, { message: 'stream_options is not supported' })
  const { house, upstream } = await world(refusal, refusal, says('hello'))
  const asked = await Promise.all([house.ask(), house.ask()])
  expect(asked.map(({ served }) => served.kind)).toEqual(['answered', 'answered'])
  expect(upstream.hits('a')).toHaveLength(4)
})

it('is no reason to ask twice where something else is wrong', async () => {
  const { house, upstream } = await world(error(400, { message: 'bad temperature' }), says('hello'))
  expect((await house.ask()).served.kind).toBe('refused')
  expect(upstream.hits('a')).toHaveLength(1)
})

it('is never asked for where the plugin says so', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('a', says('hello'))
  const definition: ProviderDefinition = {
    id: 'a',
    label: { en: 'A' },
    dialect: 'chat-completions',
    baseUrl: upstream.url('a'),
    hosts: ['127.0.0.1'],
    models: [{ id: 'm' }],
    aliases: {},
    chat: { streamUsage: false },
  }
  const house = await openHouse({
    definitions: [definition],
    settings: { models: { providers: { a: { apiKey: 'k' } } } },
  })
  const { caller } = await house.ask({ model: 'a/m' })
  expect(bodyOf(upstream)).not.toHaveProperty('stream_options')
  expect(caller.text).toContain(USAGE)
})
