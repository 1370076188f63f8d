/** Requests that are counted: before they are sent, once each, given back only when nothing was sent. */
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { error, says, saysAtOnce, stream, text } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type Furniture, type House } from './fixtures/house.ts'
import { closedPort, scriptedUpstream, until, type ScriptedUpstream } from './fixtures/upstream.ts'

const DAY = '2026-03-14'

/** `a` counts so many requests a day for each of its two accounts; `b` counts none. */
async function counted(
  requestsPerDay: number,
  more: { readonly rotate?: boolean; readonly url?: string; readonly writer?: Furniture['writer'] } = {},
): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', says('from a'))
  upstream.script('b', says('from b'))
  const house = await openHouse({
    ...(more.writer && { writer: more.writer }),
    settings: {
      models: {
        providers: {
          a: { baseUrl: more.url ?? upstream.url('a'), apiKey: 'k', models: ['m'], quota: { requestsPerDay } },
          b: { baseUrl: upstream.url('b'), models: ['n'] },
        },
      },
      auth: {
        ...(more.rotate && { rotate: true }),
        profiles: { 'a:second': { provider: 'a', mode: 'api_key', apiKey: 'key-of-the-second' } },
      },
      agents: { defaults: { model: { primary: 'a/m', fallbacks: ['b/n'] } } },
    },
  })
  return { house, upstream }
}

async function spend(house: House, times: number, limit: number): Promise<void> {
  const row = { requestId: 'r', provider: 'a', model: 'm', startedAt: house.clock.now(), outcome: 'open' } as const
  const reserve = (at: number): Promise<unknown> =>
    house.state.ledger.reserve({ row: { ...row, attemptId: `spent ${at}` }, account: 'a:default', days: [DAY], limit })
  await Promise.all(Array.from({ length: times }, (_, at) => reserve(at)))
}

it('lets exactly ten of 64 parallel requests pass at 1,990 of 2,000, and the rest walks on', async () => {
  const { house, upstream } = await counted(2_000, { writer: 'own-thread' })
  await spend(house, 1_990, 2_000)
  const asked = await Promise.all(Array.from({ length: 64 }, () => house.ask()))
  expect([upstream.hits('a').length, upstream.hits('b').length]).toEqual([10, 54])
  expect(asked.every(({ caller }) => caller.status === 200 && caller.ended)).toBe(true)
  expect(await house.used('a:default')).toBe(2_000)
  const walkedOn = asked.filter(({ caller }) => caller.headers['x-openclaw-model'] === 'b/n')
  expect(new Set(walkedOn.map(({ caller }) => caller.headers['x-openclaw-attempts']))).toEqual(
    new Set(['a/m=quota-spent']),
  )
})

it('does not even ask a spent account', async () => {
  const { house, upstream } = await counted(5)
  await spend(house, 5, 5)
  const { caller } = await house.ask()
  expect([upstream.hits('a').length, caller.headers['x-openclaw-model']]).toEqual([0, 'b/n'])
})

it('tells a caller without a fallback when the day ends', async () => {
  const { house } = await counted(5)
  await spend(house, 5, 5)
  const { served } = await house.ask({ fallbacks: [] })
  if (served.kind !== 'refused') throw new Error(served.kind)
  expect(served.refused.error.status).toBe(429)
  expect(served.refused.error.message).toContain("5 of today's 5 requests")
  expect(served.refused.error.retryAt).toEqual(new Date('2026-03-15T00:00:00Z'))
})

it('goes to the next model, not to the next account, when the last place was taken meanwhile', async () => {
  const { house, upstream } = await counted(1)
  await Promise.all([house.ask(), house.ask()])
  expect(upstream.hits('a')).toHaveLength(1)
  expect(upstream.hits('b')).toHaveLength(1)
})

it('goes to the next account then when the person said so', async () => {
  const { house, upstream } = await counted(1, { rotate: true })
  await Promise.all([house.ask(), house.ask()])
  expect(upstream.hits('a').map(({ headers }) => headers.authorization)).toEqual([
    'Bearer k',
    'Bearer key-of-the-second',
  ])
})

it('gives the count back when not a byte could be sent', async () => {
  const { house } = await counted(5, { url: `http://127.0.0.1:${await closedPort()}` })
  const { caller } = await house.ask()
  expect(caller.headers['x-openclaw-attempts']).toBe('a/m=network, a/m=network')
  expect(await house.used('a:default')).toBe(0)
  expect((await house.rows()).map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual([
    'a failed',
    'a failed',
    'b answered',
  ])
})

it('counts every request that reached the upstream, whatever came of it', async () => {
  const { house, upstream } = await counted(100)
  const acts = [
    // The first, while no connection rests: a resting one may have been closed, and is worth another without being counted.
    'reset',
    error(500),
    error(429),
    error(400),
    stream([text('half')], 'cut'),
    stream([]),
    saysAtOnce('whole'),
    says('whole'),
  ] as const
  for (const act of acts) {
    upstream.script('a', act)
    await house.ask({ model: 'a/m@a:default', fallbacks: [] })
    house.clock.advance(700_000)
  }
  expect(upstream.hits('a').length).toBeGreaterThan(acts.length)
  expect(await house.used('a:default')).toBe(upstream.hits('a').length)
  const rows = await house.rows()
  expect(rows).toHaveLength(upstream.hits('a').length)
  expect(rows.every(({ endedAt }) => endedAt)).toBe(true)
})

it('keeps the count of a request whose caller left', async () => {
  const { house, upstream } = await counted(5)
  upstream.script('a', stream([text('half')], 'stall'))
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => caller.status === 200)
  caller.leave()
  await asked
  expect(await house.used('a:default')).toBe(1)
})

it('counts nothing for a caller who had left before anything was sent', async () => {
  const { house, upstream } = await counted(5, { writer: 'own-thread' })
  const early = newCaller()
  early.leave()
  expect((await house.ask({}, early)).served.kind).toBe('gone')
  expect(await house.rows()).toEqual([])

  const late = newCaller()
  const asked = house.ask({}, late)
  // The place is being reserved now, in another thread.
  setImmediate(() => late.leave())
  expect((await asked).served.kind).toBe('gone')
  expect(upstream.hits('a')).toEqual([])
  expect(await house.used('a:default')).toBe(0)
})

it('sends nothing that it cannot count, and serves the others, while state.db cannot be written', async () => {
  const { house, upstream } = await counted(5)
  await spend(house, 1, 5)
  const other = new DatabaseSync(house.stateDb)
  other.exec('BEGIN IMMEDIATE')
  const { caller } = await house.ask()
  const { served } = await house.ask({ model: 'a/m@a:default', fallbacks: [] })
  other.exec('ROLLBACK')
  other.close()
  expect(upstream.hits('a')).toEqual([])
  expect(caller.headers['x-openclaw-model']).toBe('b/n')
  expect(caller.headers['x-openclaw-attempts']).toBe('a/m=state-unwritable, a/m=state-unwritable')
  expect(served.kind === 'refused' && served.refused.error).toMatchObject({ code: 'state-unwritable', status: 503 })
})
