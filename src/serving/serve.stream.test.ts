/** A streamed answer: held until its first good event, the upstream's own bytes from there, the truth at its end. */
import { expect, it } from 'vitest'
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
  USAGE,
} from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { twoModels as chainOfTwo } from './fixtures/two-models.ts'
import { until, type Act } from './fixtures/upstream.ts'

const twoModels = (...acts: readonly Act[]) =>
  chainOfTwo({ a: acts, b: says('from b') }, { limits: { firstEventMs: 2_000, idleMs: 150 } })

const FROM_B = [ROLE, text('from b'), FINISH, DONE].join('')
const WITH_USAGE = { stream_options: { include_usage: true } }

it('hands the bytes of a stream on as they came, however they were cut', async () => {
  const whole = Buffer.from(
    `\uFEFF: 注释\r\n\r\n${ROLE}${text('你好，\u{1F600}')}${chunk({ delta: { unknown_field: [1] }, finish_reason: null })}` +
      `event: message\nid: 7\n${text('世界')}${FINISH}${USAGE}${DONE}: bye\n\n`,
  )
  for (const size of [1, 7, 64, whole.length]) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    )
    const { house } = await twoModels(stream(pieces))
    const { caller, served } = await house.ask(WITH_USAGE)
    expect(Buffer.from(caller.text).equals(whole)).toBe(true)
    expect([caller.status, caller.ended, served.kind]).toEqual([200, true, 'answered'])
  }
})

it('sends nothing before the first good event, no comment either, and then all that it held', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels(
    stream([': wait\n\n', ROLE, ': wait\n\n', gate.promise, text('Hi'), FINISH, DONE]),
  )
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => (upstream.hits('a')[0]?.sentBytes ?? 0) > ROLE.length)
  await new Promise((resolve) => void setTimeout(resolve, 30))
  expect([caller.status, caller.bytes]).toEqual([undefined, 0])
  gate.resolve()
  await asked
  expect(caller.text).toBe([': wait\n\n', ROLE, ': wait\n\n', text('Hi'), FINISH, DONE].join(''))
})

it.each([
  ['text', text('Hi')],
  ['reasoning', chunk({ delta: { reasoning_content: 'Hm' }, finish_reason: null })],
  [
    'a tool call',
    chunk({
      delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] },
      finish_reason: null,
    }),
  ],
  ['a finish', FINISH],
])('begins the answer with %s', async (_, event) => {
  const gate = Promise.withResolvers<void>()
  const { house } = await twoModels(stream([ROLE, event, gate.promise, FINISH, DONE]))
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => caller.status === 200)
  await until(() => caller.text === ROLE + event)
  gate.resolve()
  await asked
  expect((await house.rows())[0]).toMatchObject({ verdict: 'complete', outcome: 'answered' })
})

it('asks the fallback when a page or a whole answer comes in the place of a stream, however long it is', async () => {
  for (const begin of ['<!doctype html><title>Blocked</title>', '{"choices":[{"message":{"content":"']) {
    const { house } = await twoModels(stream([begin, ...Array.from({ length: 20 }, () => 'x'.repeat(10_000))]))
    const { caller } = await house.ask()
    expect(caller.text).toBe(FROM_B)
  }
})

const PAGE = '<!doctype html><title>Sign in to the proxy</title><p>\n\n'

const broken: readonly { readonly what: string; readonly act: Act; readonly verdict: string; readonly kind: string }[] =
  [
    { what: 'ends without a finish', act: stream([ROLE, DONE]), verdict: 'truncated', kind: 'malformed' },
    { what: 'ends before it began', act: stream([]), verdict: 'truncated', kind: 'malformed' },
    { what: 'is cut', act: stream([ROLE], 'cut'), verdict: 'truncated', kind: 'network' },
    { what: 'stalls', act: stream([ROLE], 'stall'), verdict: 'stalled', kind: 'timeout' },
    { what: 'is no JSON', act: stream([ROLE, 'data: {"choi\n\n']), verdict: 'malformed', kind: 'malformed' },
    {
      what: 'holds an error',
      act: stream([ROLE, errorEvent('busy')]),
      verdict: 'error-inside-200',
      kind: 'overload',
    },
    {
      what: 'is a web page',
      act: { headers: { 'content-type': 'text/html' }, body: [PAGE] },
      verdict: 'malformed',
      kind: 'malformed',
    },
    { what: 'is a JSON answer', act: saysAtOnce('at once'), verdict: 'malformed', kind: 'malformed' },
    { what: 'has no body', act: { status: 204 }, verdict: 'truncated', kind: 'malformed' },
    {
      what: 'is an error as JSON',
      act: { ...error(503), status: 200 },
      verdict: 'error-inside-200',
      kind: 'overload',
    },
  ]

it.each(broken)('falls back, unseen, when the stream $what before its first good event', async (row) => {
  const { house } = await twoModels(row.act)
  const { caller, served } = await house.ask()
  expect(served.kind === 'answered' && served.candidate.provider.id).toBe('b')
  expect([caller.status, caller.text]).toEqual([200, FROM_B])
  expect((await house.rows())[0]).toMatchObject({ outcome: 'failed', verdict: row.verdict, failure: row.kind })
})

it('falls back when the chunk that brings the first text brings an error too', async () => {
  const { house } = await twoModels(stream([ROLE + text('Well') + errorEvent('busy')]))
  const { caller } = await house.ask()
  expect(caller.text).toBe(FROM_B)
})

it('falls back when the piece that brings more than is held at most brings an error', async () => {
  const wait = `: ${'wait '.repeat(20)}\n\n`.repeat(400)
  const gate = new Promise((resolve) => void setTimeout(resolve, 30))
  const { house } = await twoModels(stream([wait, gate, wait + errorEvent('busy')]))
  const { caller } = await house.ask()
  expect(caller.text).toBe(FROM_B)
})

it('does not fall back when a content filter stopped the answer, before its beginning', async () => {
  const { house, upstream } = await twoModels(stream([chunk({ delta: {}, finish_reason: 'content_filter' }), DONE]))
  const { served } = await house.ask()
  expect(served.kind === 'refused' && served.refused.error.status).toBe(400)
  expect(upstream.hits('b')).toEqual([])
  expect((await house.rows())[0]).toMatchObject({ verdict: 'filtered', failure: 'filtered' })
})

const brokenOff: readonly { what: string; act: Act; verdict: string; code: string; failure?: string }[] = [
  { what: 'ends', act: stream([text('Well')]), verdict: 'truncated', code: 'malformed' },
  { what: 'is called done', act: stream([text('Well'), DONE]), verdict: 'truncated', code: 'malformed' },
  { what: 'is cut', act: stream([text('Well')], 'cut'), verdict: 'truncated', code: 'broken_off', failure: 'network' },
  { what: 'stalls', act: stream([text('Well')], 'stall'), verdict: 'stalled', code: 'timeout' },
  { what: 'is no JSON', act: stream([text('Well'), 'data: {"ch\n\n', DONE]), verdict: 'malformed', code: 'malformed' },
  {
    what: 'holds an error',
    act: stream([text('Well'), errorEvent('busy'), DONE]),
    verdict: 'error-inside-200',
    code: 'overload',
  },
  {
    what: 'meets a limit',
    act: stream([text('Well'), errorEvent('slow down', 'rate_limit_exceeded'), DONE]),
    verdict: 'error-inside-200',
    code: 'rate_limit_exceeded',
    failure: 'rate-limit',
  },
  {
    what: 'is filtered',
    act: stream([text('Well'), chunk({ delta: {}, finish_reason: 'content_filter' }), DONE]),
    verdict: 'filtered',
    code: 'content_filter',
    failure: 'filtered',
  },
]

it.each(brokenOff)('ends with one error event, and without [DONE], when a begun stream $what', async (row) => {
  const gate = new Promise((resolve) => void setTimeout(resolve, 30))
  const [first, ...rest] = (typeof row.act === 'object' && row.act.body) || []
  const { house, upstream } = await twoModels({
    ...(typeof row.act === 'object' && row.act),
    body: [...(first === undefined ? [] : [first]), gate, ...rest],
  })
  const { caller, served } = await house.ask()
  const [, ...after] = caller.text.split('\n\n').filter(Boolean)
  expect(caller.text.startsWith(text('Well'))).toBe(true)
  expect(after).toHaveLength(1)
  expect(JSON.parse(after[0]?.slice('data: '.length) ?? '')).toMatchObject({
    error: { type: 'upstream_error', code: row.code },
  })
  expect([caller.status, caller.ended, served.kind]).toEqual([200, true, 'answered'])
  expect(upstream.hits('b')).toEqual([])
  expect(await house.rows()).toMatchObject([
    { outcome: 'failed', verdict: row.verdict, failure: row.failure ?? row.code },
  ])
})

it('passes no half event on before its own error event', async () => {
  const { house } = await twoModels(stream([text('Well'), text(' then').slice(0, -20)], 'cut'))
  const { caller } = await house.ask()
  const events = caller.text.split('\n\n').filter(Boolean)
  expect(events.map((event) => JSON.parse(event.slice('data: '.length)) as unknown)).toHaveLength(2)
})

it('calls an answer complete that was cut after its finish, and passes no half event on', async () => {
  const { house } = await twoModels(stream([text('Well'), FINISH, USAGE.slice(0, 30)], 'cut'))
  const { caller, served } = await house.ask()
  expect([served.kind, caller.ended]).toEqual(['answered', true])
  expect(caller.text).toBe(text('Well') + FINISH)
  expect(await house.rows()).toMatchObject([{ outcome: 'answered', verdict: 'complete' }])
})

it('counts the answer as begun past 64 KiB without a good event', async () => {
  const wait = `: ${'wait '.repeat(200)}\n\n`
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels(stream([wait.repeat(70), gate.promise, errorEvent('busy')]))
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => caller.status === 200)
  gate.resolve()
  await asked
  expect(caller.text.startsWith(wait.repeat(70))).toBe(true)
  expect(caller.text.endsWith('"code":"overload"}}\n\n')).toBe(true)
  expect(upstream.hits('b')).toEqual([])
})

it('takes comments and empty deltas for signs of life', async () => {
  const slow = (piece: string): (string | Promise<unknown>)[] => [piece]
  const pieces = Array.from({ length: 6 }, (_, at) => slow(at % 2 ? ': wait\n\n' : ROLE)).flat()
  const { house } = await twoModels({
    ...stream([]),
    body: (function* body() {
      for (const piece of [...pieces, text('Hi'), FINISH, DONE]) {
        yield new Promise((resolve) => void setTimeout(resolve, 80))
        yield piece
      }
    })(),
  })
  const { caller } = await house.ask()
  expect(caller.headers['x-openclaw-model']).toBe('a/m')
})

it('writes down the tokens that the upstream counted', async () => {
  const { house } = await twoModels(says('hello'))
  await house.ask()
  expect((await house.rows())[0]).toMatchObject({ usage: { inputTokens: 7, outputTokens: 3 }, status: 200 })
})
