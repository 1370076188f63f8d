/** One small call with a login: counted, made once, and told for what it was. */
import { expect, it } from 'vitest'
import type { Candidate } from '../core/decision.ts'
import { error, json, saysAtOnce } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { scriptedUpstream, type Act } from './fixtures/upstream.ts'
import { probe } from './probe.ts'

const DAY = '2026-03-14'
const ACCOUNT = 'a:default'

async function asked(act: Act, prepare: (house: House, candidate: Candidate) => unknown = () => undefined, limit = 10) {
  const upstream = await scriptedUpstream()
  upstream.script('a', act)
  const quota = { requestsPerDay: limit }
  const house = await openHouse({
    settings: {
      models: { providers: { a: { baseUrl: upstream.url('a'), apiKey: 'sk-of-mine-1234', models: ['m'], quota } } },
    },
  })
  const { setup } = house.means
  const [provider, profile] = [setup.providers.get('a'), setup.settings.profiles.get(ACCOUNT)]
  if (!provider || !profile) throw new Error('nobody to ask')
  const candidate = { ref: { provider: 'a', model: 'm' }, provider, profile, model: { id: 'm' } }
  await prepare(house, candidate)
  const probed = await probe(candidate, { ...house.means, signal: new AbortController().signal })
  return { probed, house, hits: upstream.hits('a'), used: await house.used(ACCOUNT), rows: await house.rows() }
}

const rest = (kind: 'auth' | 'rate-limit' | 'quota', untilMs: number) => (house: House) => {
  const since = house.clock.now()
  const until = new Date(since.getTime() + untilMs)
  return house.state.cooldowns.put({
    scope: 'account',
    provider: 'a',
    profile: ACCOUNT,
    kind,
    evidence: 'told so',
    since,
    until,
  })
}

it('is a question of one token under the login, counted, with its time', async () => {
  const { probed, hits, used, rows } = await asked(saysAtOnce('hi'))
  expect(probed).toEqual({ result: 'answered', ms: expect.any(Number) })
  expect(hits).toHaveLength(1)
  expect(JSON.parse(String(hits[0]?.body))).toMatchObject({ model: 'm', max_tokens: 1 })
  expect(hits[0]?.headers.authorization).toBe('Bearer sk-of-mine-1234')
  expect(used).toBe(1)
  expect(rows).toEqual([expect.objectContaining({ outcome: 'answered', profile: ACCOUNT, model: 'm' })])
})

it.each([
  ['refused', error(401, { message: 'no such key sk-of-mine-1234' }), 401],
  ['spent', error(402, { message: 'not paid' }), 402],
  ['spent', error(429, { message: 'too many' }), 429],
  ['failed', error(503), 503],
  ['failed', error(404, { code: 'model_not_found', message: 'no such model' }), 404],
  ['answered', error(400, { message: 'max_tokens is not supported' }), 400],
] as const)('is told as %s after %j, and not made again', async (result, act, status) => {
  const { probed, hits, used } = await asked(act)
  expect(probed).toMatchObject({ result, status, reason: expect.anything() })
  expect(JSON.stringify(probed)).not.toContain('sk-of-mine')
  expect([hits.length, used]).toEqual([1, 1])
})

it('that never reached anybody is given back', async () => {
  const { probed, used } = await asked('silent', (house, candidate) => {
    Object.assign(candidate, {
      provider: { ...candidate.provider, baseUrl: 'http://127.0.0.1:9', baseUrlIsChosen: true },
    })
  })
  expect(probed).toMatchObject({ result: 'failed', reason: expect.saying('127.0.0.1:9') })
  expect(used).toBe(0)
})

it.each(['rate-limit', 'quota'] as const)('is not made before the time that the server told (%s)', async (kind) => {
  const { probed, hits, used } = await asked(saysAtOnce('hi'), rest(kind, 60_000))
  expect(probed).toEqual({ result: 'not-asked', reason: 'told so' })
  expect([hits.length, used]).toEqual([0, 0])
})

it('is not made once the day is spent', async () => {
  const { probed, hits, used } = await asked(
    saysAtOnce('hi'),
    (house) => {
      const row = {
        attemptId: 'x',
        requestId: 'r',
        provider: 'a',
        model: 'm',
        startedAt: house.clock.now(),
        outcome: 'open',
      } as const
      return house.state.ledger.reserve({ row, account: ACCOUNT, days: [DAY], limit: 1 })
    },
    1,
  )
  expect(probed).toEqual({ result: 'not-asked', reason: expect.saying("the day's requests are spent") })
  expect([hits.length, used]).toEqual([0, 1])
})

it('that is answered disproves what was believed of the login', async () => {
  const before = (house: House) => rest('auth', 60_000)(house).then(() => house.clock.advance(1))
  expect(await (await asked(saysAtOnce('hi'), before)).house.rests()).toEqual([])
  expect(await (await asked(json(401, {}), before)).house.rests()).toHaveLength(1)
})
