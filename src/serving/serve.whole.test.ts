/** An answer that is no stream: held whole and read before its first byte goes out. */
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { error, json, saysAtOnce } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { twoModels as chainOfTwo } from './fixtures/two-models.ts'
import { until, type Act } from './fixtures/upstream.ts'

const twoModels = (act: Act, limits: object = {}) => chainOfTwo({ a: [act], b: saysAtOnce('from b') }, { limits })

const BODY =
  '\n \n{ "id": "c1", "unknown": {"你": 1.0}, "choices": [{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}\n'

it('goes to the caller as it came, unknown fields and blanks included', async () => {
  const { house } = await twoModels({ body: [BODY.slice(0, 30), BODY.slice(30)] })
  const { caller } = await house.ask({ stream: false })
  expect([caller.status, caller.text, caller.ended]).toEqual([200, BODY, true])
  expect(caller.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(BODY)),
  })
})

it('is held until it is whole', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({ body: [BODY.slice(0, 60), gate.promise, BODY.slice(60)] })
  const caller = newCaller()
  const asked = house.ask({ stream: false }, caller)
  await until(() => (upstream.hits('a')[0]?.sentBytes ?? 0) > 60)
  await new Promise((resolve) => void setTimeout(resolve, 30))
  expect(caller.status).toBeUndefined()
  gate.resolve()
  await asked
  expect(caller.status).toBe(200)
})

it('is read through the one coding that an upstream may use unasked', async () => {
  const { house, upstream } = await twoModels({ headers: { 'content-encoding': 'gzip' }, body: [gzipSync(BODY)] })
  const { caller } = await house.ask({ stream: false })
  expect(upstream.hits('a')[0]?.headers['accept-encoding']).toBe('identity')
  expect([caller.text, caller.headers['content-encoding']]).toEqual([BODY, undefined])
})

it.each([
  ['holds an error', { ...error(503), status: 200 }, 'error-inside-200', 'overload'],
  ['is a web page', { body: ['<html><title>Sign in</title>'] }, 'malformed', 'malformed'],
  ['is no JSON', { body: ['{"choices":['] }, 'malformed', 'malformed'],
  ['is empty', { status: 204 }, 'malformed', 'malformed'],
  ['has no choices', json(200, { choices: [] }), 'malformed', 'malformed'],
  [
    'has no finish',
    json(200, { choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: null }] }),
    'truncated',
    'malformed',
  ],
  ['is cut', { body: [BODY.slice(0, 60)], ending: 'cut' }, 'truncated', 'network'],
  ['stalls', { body: [BODY.slice(0, 60)], ending: 'stall' }, 'stalled', 'timeout'],
] as const)('falls back when it %s', async (_, act, verdict, kind) => {
  const { house } = await twoModels(act, { answerMs: 150 })
  const { caller } = await house.ask({ stream: false })
  expect(caller.text).toContain('from b')
  expect((await house.rows())[0]).toMatchObject({ outcome: 'failed', verdict, failure: kind })
})

it('is malformed when it is larger than 32 MiB, and is read no further', async () => {
  const piece = Buffer.alloc(1_048_576, ' ')
  const { house, upstream } = await twoModels({ body: Array.from({ length: 64 }, () => piece) })
  const { caller } = await house.ask({ stream: false })
  expect(caller.text).toContain('from b')
  expect((await house.rows())[0]).toMatchObject({ verdict: 'malformed' })
  await until(() => upstream.hits('a')[0]?.isAborted ?? false)
  expect(upstream.hits('a')[0]?.sentBytes).toBeLessThan(60 * 1_048_576)
})

it('may keep its caller waiting after its head longer than a stream may between two events', async () => {
  const thinking = new Promise((resolve) => void setTimeout(resolve, 200))
  const { house } = await twoModels({ body: [thinking, BODY] }, { idleMs: 50, answerMs: 2_000 })
  const { caller } = await house.ask({ stream: false })
  expect(caller.headers['x-openclaw-model']).toBe('a/m')
})

it('is no fallback away from what a content filter refused', async () => {
  const { house, upstream } = await twoModels(
    json(200, { choices: [{ index: 0, message: { content: '' }, finish_reason: 'content_filter' }] }),
  )
  const { served } = await house.ask({ stream: false })
  expect(served.kind === 'refused' && served.refused.error.status).toBe(400)
  expect(upstream.hits('b')).toEqual([])
})
