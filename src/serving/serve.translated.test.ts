/** A request whose caller and upstream speak different formats: said anew both ways, with all that holds for a relay. */
import { expect, it } from 'vitest'
import {
  block,
  finish,
  start,
  stop,
  stream as messagesOf,
  textBlock,
  plain,
} from '../dialects/messages/recorded-streams.fixture.ts'
import { DONE, FINISH, json, says, stream, text } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type House, type Wish } from './fixtures/house.ts'
import { scriptedUpstream, until, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'model-1',
  content: [{ type: 'text', text: 'Grüße, 世界' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 25, cache_read_input_tokens: 75, output_tokens: 15 },
}

/** `a/m` speaks Messages, `b/n` the caller's own format. */
async function world(
  a: readonly Act[],
  b: Act = says('from b'),
  gateway: object = { hedge: 'off' },
): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', ...a)
  upstream.script('b', b)
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          a: { baseUrl: upstream.url('a'), apiKey: 'key-of-a-provider', api: 'anthropic-messages', models: ['m'] },
          b: { baseUrl: upstream.url('b'), models: ['n'] },
        },
        limits: { firstEventMs: 2_000, idleMs: 150 },
      },
      gateway,
      agents: { defaults: { model: { primary: 'a/m', fallbacks: ['b/n'] } } },
    },
  })
  return { house, upstream }
}

const said = (caller: { readonly text: string }): string =>
  caller.text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as { choices?: { delta?: { content?: string } }[] })
    .map(({ choices }) => choices?.[0]?.delta?.content ?? '')
    .join('')

it.each([1, 7, 100_000])(
  'streams an answer of another format, cut every %d bytes, and writes down its tokens',
  async (size) => {
    const bytes = Buffer.from(plain)
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
    const { house, upstream } = await world([stream(pieces)])
    const { caller } = await house.ask({ stream_options: { include_usage: true } })
    expect(said(caller)).toBe('Grüße, 世界 😀')
    expect(caller.text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(caller.text).toContain('"usage":{"prompt_tokens":200,"completion_tokens":15')
    expect(caller.headers).toMatchObject({
      'x-openclaw-model': 'a/m',
      'content-type': 'text/event-stream; charset=utf-8',
    })
    expect((await house.rows())[0]).toMatchObject({
      verdict: 'complete',
      usage: { inputTokens: 200, outputTokens: 15 },
    })
    expect(JSON.parse(String(upstream.hits('a')[0]?.body))).toMatchObject({ model: 'm', stream: true })
  },
)

it('says an answer in one piece anew', async () => {
  const { house } = await world([json(200, MESSAGE)])
  const { caller } = await house.ask({ stream: false })
  expect(JSON.parse(caller.text)).toMatchObject({
    object: 'chat.completion',
    model: 'model-1',
    choices: [{ message: { role: 'assistant', content: 'Grüße, 世界' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 15, prompt_tokens_details: { cached_tokens: 75 } },
  })
  expect(caller.headers['content-length']).toBe(String(Buffer.byteLength(caller.text)))
})

it.each<[string, Act]>([
  ['an error status', json(529, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } })],
  [
    'an error at its beginning',
    stream(['event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n']),
  ],
  ['an end before its beginning', stream([messagesOf(start)])],
  ['a cut before its first good event', stream([messagesOf(start)], 'cut')],
  ['a page', { headers: { 'content-type': 'text/html' }, body: ['<!doctype html><title>x</title>'] }],
])('falls back, unseen, to a model of the caller’s own format after %s', async (_, act) => {
  const { house } = await world([act])
  const { caller } = await house.ask()
  expect(said(caller)).toBe('from b')
  expect(caller.headers['x-openclaw-model']).toBe('b/n')
})

it.each<[string, Act]>([
  ['ends', stream([messagesOf(start, ...textBlock.slice(0, 2))])],
  ['is cut', stream([messagesOf(start, ...textBlock.slice(0, 2))], 'cut')],
  ['stalls', stream([messagesOf(start, ...textBlock.slice(0, 2))], 'stall')],
])('ends with one error event, and without [DONE], when a begun stream of another format %s', async (_, act) => {
  const { house } = await world([act])
  const { caller } = await house.ask()
  const events = caller.text.split('\n\n').filter(Boolean)
  expect(said({ text: events.slice(0, -1).join('\n\n') })).toBe('Grüße, ')
  expect(JSON.parse(events.at(-1)?.slice(6) ?? '')).toMatchObject({ error: { type: 'upstream_error' } })
  expect(caller.ended).toBe(true)
})

it('sends each event on when it is there', async () => {
  const gate = Promise.withResolvers<void>()
  const { house } = await world([
    stream([
      messagesOf(start, ...textBlock.slice(0, 2)),
      gate.promise,
      messagesOf(...textBlock.slice(2), finish('end_turn'), stop),
    ]),
  ])
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => said(caller) === 'Grüße, ')
  gate.resolve()
  await asked
  expect(said(caller)).toBe('Grüße, 世界 😀')
})

it('strikes our key out of what is said anew', async () => {
  const leak = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'you use key-of-a-provider!' })
  const { house } = await world([
    stream([messagesOf(start, ...leak, finish('end_turn'), stop)]),
    json(200, { ...MESSAGE, content: [{ type: 'text', text: 'key-of-a-provider' }] }),
  ])
  for (const isStream of [true, false]) {
    const { caller } = await house.ask({ stream: isStream })
    expect(caller.text).not.toContain('key-of-a-provider')
    expect(caller.text).toContain('*****************')
  }
})

it('names what the caller said and the model was not told', async () => {
  const { house } = await world([stream([plain])])
  const { caller } = await house.ask({ logit_bias: { 1: 2 }, seed: 3 } as Wish)
  expect(caller.headers['x-openclaw-dropped']).toMatch(/logit_bias/)
})

it('passes over a model that cannot be told what counts, and refuses where nobody can', async () => {
  const messages = [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }] }]
  const { house, upstream } = await world([stream([plain])])
  const { caller } = await house.ask({ messages })
  expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'b/n', 'x-openclaw-attempts': 'a/m=cannot-carry' })
  expect(upstream.hits('a')).toEqual([])
  const { served } = await house.ask({ messages, model: 'a/m', fallbacks: [] })
  expect(served.kind === 'refused' && served.refused.error).toMatchObject({
    status: 400,
    code: 'cannot-carry',
    params: { param: 'messages[0].content[0]' },
  })
})

it('gives reasoning back to its issuer with the results of its calls, though the caller’s format cannot, and to nobody else', async () => {
  const thinking = block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'hm' },
    { type: 'signature_delta', signature: 'sig-1' },
  )
  const call = block(
    1,
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
    { type: 'input_json_delta', partial_json: '{"at":1}' },
  )
  const { house, upstream } = await world(
    [stream([messagesOf(start, ...thinking, ...call, finish('tool_use'), stop)]), stream([plain])],
    stream([text('b'), FINISH, DONE]),
  )
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const { caller } = await house.ask({ tools, reasoning_effort: 'low' })
  expect(caller.text).toContain('"id":"toolu_1"')
  const messages = [
    { role: 'user', content: 'hi' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
    },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'a cat' },
  ]
  await house.ask({ tools, messages, reasoning_effort: 'low' })
  expect(JSON.parse(String(upstream.hits('a')[1]?.body))).toMatchObject({
    messages: [
      {},
      {
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig-1' },
          { type: 'tool_use', id: 'toolu_1' },
        ],
      },
      {},
    ],
  })
  await house.ask({ tools, messages, model: 'b/n', fallbacks: [] })
  expect(String(upstream.hits('b')[0]?.body)).not.toContain('sig-1')
})

it('gives the reasoning of one conversation to no other, where an upstream gives calls the same ids in each answer', async () => {
  const thinking = block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'of one' },
    { type: 'signature_delta', signature: 'sig-1' },
  )
  const call = block(1, { type: 'tool_use', id: 'look_0', name: 'look', input: {} })
  const { house, upstream } = await world([
    stream([messagesOf(start, ...thinking, ...call, finish('tool_use'), stop)]),
    stream([plain]),
  ])
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  await house.ask({ tools })
  const messages = [
    { role: 'user', content: 'something else' },
    {
      role: 'assistant',
      tool_calls: [{ id: 'look_0', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'look_0', content: 'a dog' },
  ]
  await house.ask({ tools, messages })
  expect(String(upstream.hits('a')[1]?.body)).toContain('look_0')
  expect(String(upstream.hits('a')[1]?.body)).not.toContain('of one')
})

it('is asked beside a late one of the other format, whichever of the two speaks first', async () => {
  const whole = messagesOf(start, ...textBlock, finish('end_turn'), stop)
  const gate = Promise.withResolvers<void>()
  for (const first of ['b', 'a']) {
    const { house, upstream } = await world(
      [first === 'a' ? stream([gate.promise, whole]) : 'silent'],
      first === 'b' ? says('from b') : 'silent',
      {},
    )
    const asked = house.ask({})
    await until(() => upstream.hits('a').length === 1)
    house.clock.advance(10_000)
    if (first === 'a') {
      await until(() => upstream.hits('b').length === 1)
      gate.resolve()
    }
    const { caller } = await asked
    expect(said(caller)).toBe(first === 'a' ? 'Grüße, 世界 😀' : 'from b')
    expect(caller.headers).toMatchObject({ 'x-openclaw-model': first === 'a' ? 'a/m' : 'b/n' })
    await until(async () => (await house.rows()).every(({ endedAt }) => endedAt))
    const outcomes = (await house.rows()).map(({ provider, outcome }) => `${provider} ${outcome}`)
    expect(outcomes).toEqual(first === 'a' ? ['a answered', 'b aborted'] : ['a aborted', 'b answered'])
  }
})
