/** Many requests through many faults: each ends, and ends right. */
import { expect, it } from 'vitest'
import { sizeOf } from '../../test/catalogue/sizes.ts'
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
import { openHouse } from './fixtures/house.ts'
import { scriptedUpstream, until, type Act } from './fixtures/upstream.ts'

const WHOLE = [': 注释\n\n', ROLE, text('你好'), text(', you'), FINISH, USAGE, DONE].join('')

it('ends as it should wherever a stream is cut', async () => {
  const upstream = await scriptedUpstream()
  const bytes = Buffer.from(WHOLE)
  const cuts = Array.from({ length: bytes.length }, (_, at) => at)
  upstream.script('b', says('from b'))
  // Each cut has an upstream of its own, so that none rests for another.
  for (const at of cuts) upstream.script(`a${at}`, stream([bytes.subarray(0, at)], 'cut'))
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          ...Object.fromEntries(cuts.map((at) => [`a${at}`, { baseUrl: upstream.url(`a${at}`), models: ['m'] }])),
          b: { baseUrl: upstream.url('b'), models: ['n'] },
        },
      },
    },
  })
  const goodAt = Buffer.byteLength(`: 注释\n\n${ROLE}${text('你好')}`)
  const finishAt = Buffer.byteLength(WHOLE.slice(0, WHOLE.indexOf(USAGE)))
  await Promise.all(
    cuts.map(async (at) => {
      const { caller, served } = await house.ask({
        model: `a${at}/m`,
        fallbacks: ['b/n'],
        stream_options: { include_usage: true },
      })
      const kind =
        caller.headers['x-openclaw-model'] === 'b/n' ? 'fallback' : caller.text.includes('"error"') ? 'error' : 'whole'
      const expected = at < goodAt ? 'fallback' : at < finishAt ? 'error' : 'whole'
      expect([at, served.kind, caller.ended, kind]).toEqual([at, 'answered', true, expected])
      if (kind === 'error') expect(caller.text).not.toContain('[DONE]')
      // No event of the upstream is left half.
      const relayed = kind === 'error' ? caller.text.slice(0, caller.text.indexOf('data: {"error"')) : caller.text
      if (kind !== 'fallback') expect(WHOLE.startsWith(relayed) && relayed.endsWith('\n\n')).toBe(true)
    }),
  )
})

const FAULTS: readonly Act[] = [
  ...Array.from({ length: 8 }, () => says('hello')),
  ...Array.from({ length: 4 }, () => saysAtOnce('hello')),
  error(401),
  error(402),
  error(403),
  error(404),
  error(408),
  error(413),
  error(422),
  error(429, { code: 'rate_limit_exceeded' }),
  error(429, { code: 'quota_exceeded' }),
  error(500),
  error(503, {}, { 'retry-after': '1' }),
  { status: 502, headers: { 'content-type': 'text/html' }, body: ['<html>Bad gateway</html>'] },
  { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  { status: 204 },
  'reset',
  'silent',
  stream([]),
  stream([ROLE], 'cut'),
  stream([text('Well')], 'cut'),
  stream([text('Well')], 'stall'),
  stream([text('Well'), errorEvent('busy')]),
  stream([errorEvent('busy')]),
  stream(['data: {"cho\n\n']),
  stream([text('Well'), DONE]),
  stream([chunk({ delta: {}, finish_reason: 'content_filter' })]),
  { headers: { 'content-encoding': 'nonsense' }, body: ['?'] },
]

it('B-08 leaves no request hanging, no row open and no credential at another’s door, whatever the upstreams do', async () => {
  const upstream = await scriptedUpstream()
  const names = ['a', 'b', 'c', 'd', 'e']
  let seed = 20_260_314
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648)
  const house = await openHouse({
    settings: {
      models: {
        providers: Object.fromEntries(
          names.map((name) => [
            name,
            {
              baseUrl: upstream.url(name),
              apiKey: `key-of-${name}`,
              models: ['m', 'n'],
              quota: { requestsPerDay: 9_999 },
            },
          ]),
        ),
        limits: { firstEventMs: 100, answerMs: 100, idleMs: 100 },
      },
    },
  })
  for (const name of names) {
    upstream.script(name, ...Array.from({ length: 2_000 }, () => FAULTS[next() % FAULTS.length] ?? 'silent'))
  }
  const chain = names.flatMap((name) => [`${name}/m`, `${name}/n`])
  let left = sizeOf('B-08')
  const kinds = new Map<string, number>()
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      // Time passes, so that those who rest come back.
      house.clock.advance(300_000)
      const start = next() % chain.length
      const [model, ...fallbacks] = [...chain.slice(start), ...chain.slice(0, start)]
      const { served, caller } = await house.ask({ model: model ?? '', fallbacks, stream: next() % 3 > 0 })
      kinds.set(served.kind, (kinds.get(served.kind) ?? 0) + 1)
      if (served.kind === 'answered') expect([caller.status, caller.ended]).toEqual([200, true])
      else expect([caller.status, caller.ended]).toEqual([undefined, false])
    }
  }
  const passing = setInterval(() => house.clock.advance(1_000), 5)
  await Promise.all(Array.from({ length: 100 }, worker))
  clearInterval(passing)

  expect([...kinds.values()].reduce((sum, count) => sum + count)).toBe(sizeOf('B-08'))
  expect(kinds.get('answered')).toBeGreaterThan(20)
  let hits = 0
  for (const name of names) {
    const here = upstream.hits(name)
    hits += here.length
    expect(new Set(here.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer key-of-${name}`]))
  }
  const rowsNow = (): ReturnType<typeof house.rows> => house.rows(100_000)
  // Of two who were asked at the same time one answers; the other is ended beside.
  await until(async () => (await rowsNow()).every(({ endedAt, outcome }) => endedAt && outcome !== 'open'))
  const rows = await rowsNow()
  expect(rows.every(({ outcome, endedAt }) => endedAt && outcome !== 'open')).toBe(true)
  // Who was outrun, or had no connection in its time, may have been ended before it was sent.
  const sent = rows.filter(({ status }) => status !== undefined).length
  expect(sent).toBeLessThanOrEqual(hits)
  // A connection that had rested and was found torn is tried once more below us, uncounted.
  expect(hits - rows.length).toBeLessThan(hits * 0.05)
  const counts = await house.state.ledger.counts('2026-01-01')
  expect(counts.reduce((sum, { used }) => sum + used, 0)).toBeGreaterThanOrEqual(sent)
}, 60_000)
