/** Waiting, coming back, asking again, walking on: each within its bounds. */
import { expect, it } from 'vitest'
import { localTime } from '../core/local-time.ts'
import { error, says } from './fixtures/answers.ts'
import { openHouse } from './fixtures/house.ts'
import { refusedOf, rest } from './fixtures/rests.ts'
import { scriptedUpstream, until, type Act } from './fixtures/upstream.ts'

const BUSY = { code: 'rate_limit_exceeded' }

/** Providers `p1`, `p2`, ... with a model `m` each, in one chain. */
async function chain(length: number, answer: (place: number) => readonly Act[]) {
  const upstream = await scriptedUpstream()
  const names = Array.from({ length }, (_, at) => `p${at + 1}`)
  for (const [at, name] of names.entries()) upstream.script(name, ...answer(at + 1))
  const [primary, ...fallbacks] = names.map((name) => `${name}/m`)
  const house = await openHouse({
    settings: {
      models: {
        providers: Object.fromEntries(names.map((name) => [name, { baseUrl: upstream.url(name), models: ['m'] }])),
      },
      gateway: { hedge: 'off' },
      agents: { defaults: { model: { primary, fallbacks } } },
    },
  })
  return { house, upstream, names }
}

it('waits for a busy account that is back within two seconds, and asks it again', async () => {
  const { house, upstream } = await chain(2, (place) =>
    place === 1 ? [error(429, BUSY, { 'retry-after': '2' }), says('hello')] : [says('from p2')],
  )
  const asked = house.ask()
  await until(() => house.clock.sleeping.length === 1)
  expect(house.clock.sleeping).toEqual([2_000])
  house.clock.advance(2_000)
  const { caller } = await asked
  expect(caller.headers['x-openclaw-model']).toBe('p1/m')
  expect(caller.headers['x-openclaw-attempts']).toBe('p1/m=rate-limit')
  expect(upstream.hits('p1')).toHaveLength(2)
})

it('goes on at once from one that stays away longer, or does not say how long', async () => {
  for (const headers of [{ 'retry-after': '3' }, {}, { 'retry-after': 'soon' }] as const) {
    const { house, upstream } = await chain(2, (place) =>
      place === 1 ? [error(429, BUSY, headers)] : [says('from p2')],
    )
    const { caller } = await house.ask()
    expect(caller.headers['x-openclaw-model']).toBe('p2/m')
    expect(upstream.hits('p1')).toHaveLength(1)
  }
})

it('asks nobody before the time that an overloaded one told', async () => {
  const { house, upstream } = await chain(1, () => [error(503, {}, { 'retry-after': '30' })])
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 502, waitMs: 30_000 })
  await house.ask()
  expect(upstream.hits('p1')).toHaveLength(1)
})

it('keeps others from running into a busy account while one waits for it', async () => {
  const { house, upstream } = await chain(1, () => [error(429, BUSY, { 'retry-after': '1' }), says('hello')])
  const first = house.ask()
  await until(() => house.clock.sleeping.length === 1)
  const second = house.ask()
  await until(() => house.clock.sleeping.length === 2)
  expect(upstream.hits('p1')).toHaveLength(1)
  house.clock.advance(1_001)
  expect((await Promise.all([first, second])).map(({ caller }) => caller.status)).toEqual([200, 200])
  expect(upstream.hits('p1')).toHaveLength(3)
})

it('says at once when the first of all that rest comes back', async () => {
  const { house, upstream } = await chain(3, () => [says('hello')])
  await rest(house, 'p1', 60_000, { kind: 'rate-limit' })
  await rest(house, 'p2', 20_000, { kind: 'model-missing' })
  await rest(house, 'p3', 40_000, { isTold: true })
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 429, waitMs: 20_000 })
  expect(upstream.hits('p1')).toEqual([])
})

it('tells the caller to come when one that broke down is asked again for want of others, and asks it then', async () => {
  const { house, upstream } = await chain(2, (place) => (place === 1 ? [error(503)] : [error(404)]))
  await house.ask()
  house.clock.advance(5_001)
  // It broke down again so soon that it rests for half a minute.
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 502, waitMs: 5_000 })
  expect(await house.rests()).toContainEqual(expect.objectContaining({ provider: 'p1', kind: 'overload' }))
  house.clock.advance(1_000)
  const { message, waitMs } = refusedOf(house, await house.ask())
  expect(waitMs).toBe(4_000)
  const soon = new Date(house.clock.now().getTime() + 4_000)
  expect(message).toContain(`is not asked again before ${localTime(soon.toISOString())}`)
  const hits = upstream.hits('p1').length
  house.clock.advance(4_000)
  upstream.script('p1', says('hello'))
  expect((await house.ask()).caller.headers['x-openclaw-model']).toBe('p1/m')
  expect(upstream.hits('p1').length).toBe(hits + 1)
})

it('waits for it, where that is within two seconds', async () => {
  const { house } = await chain(1, () => [says('hello')])
  await rest(house, 'p1', 30_000)
  house.clock.advance(3_500)
  const asked = house.ask()
  await until(() => house.clock.sleeping.length === 1)
  expect(house.clock.sleeping).toEqual([1_501])
  house.clock.advance(1_501)
  expect((await asked).caller.headers['x-openclaw-model']).toBe('p1/m')
})

it('tells the time that others were told meanwhile, where it is longer than its own', async () => {
  const { house, upstream } = await chain(1, () => [])
  upstream.script('p1', () => {
    void rest(house, 'p1', 30_000, { isTold: true })
    return error(503)
  })
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 502, waitMs: 30_000 })
})

it('calls a rest that is no matter of limits a 503', async () => {
  const { house } = await chain(1, () => [says('hello')])
  await rest(house, 'p1', 5_000)
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 503, waitMs: 5_000 })
})

it('waits when the first comes back within two seconds', async () => {
  const { house } = await chain(2, () => [says('hello')])
  await rest(house, 'p1', 60_000)
  await rest(house, 'p2', 1_900)
  const asked = house.ask()
  await until(() => house.clock.sleeping.length === 1)
  house.clock.advance(1_901)
  const { caller } = await asked
  expect(caller.headers['x-openclaw-model']).toBe('p2/m')
})

it('tells a caller after its own failure when to come back, though no time was told', async () => {
  const { house } = await chain(1, () => [error(429, BUSY)])
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 429, waitMs: 60_000 })
})

it('tells no time where coming back does not help', async () => {
  const { house } = await chain(1, () => [error(401)])
  expect(refusedOf(house, await house.ask())).toMatchObject({ status: 401, waitMs: undefined })
})

it('B-01 asks an upstream that always fails at most 1.10 times for each request, and three times a second more', async () => {
  const { house, upstream } = await chain(1, () => [error(503)])
  // Quiet until now: nothing may have been saved up.
  house.clock.advance(600_000)
  let routed = 0
  for (let second = 0; second < 4; second += 1) {
    const before = upstream.hits('p1').length
    await Promise.all(Array.from({ length: 50 }, () => house.ask()))
    routed += 50
    expect(upstream.hits('p1').length - before).toBeLessThanOrEqual(50 * 1.1 + 3 + 1)
    house.clock.advance(5_001)
  }
  expect(upstream.hits('p1').length).toBeLessThanOrEqual(routed * 1.1 + 3 * 4)
  expect(upstream.hits('p1').length).toBeGreaterThan(routed)
})

it('asks nobody twice while what failed rests', async () => {
  const { house, upstream } = await chain(1, () => [error(503)])
  for (let round = 0; round < 20; round += 1) await house.ask()
  expect(upstream.hits('p1')).toHaveLength(2)
})

it('B-03 walks a chain of seventeen to its end when its members fail fast, each asked once', async () => {
  const { house, upstream, names } = await chain(17, (place) => [place === 17 ? says('at last') : error(404)])
  const { caller } = await house.ask()
  expect(caller.headers['x-openclaw-model']).toBe('p17/m')
  expect(names.map((name) => upstream.hits(name).length)).toEqual(names.map(() => 1))
})

it('B-03 gives up after eight that took long, and names those that it left out', async () => {
  const { house, upstream, names } = await chain(10, () => [])
  for (const name of names) {
    upstream.script(name, () => {
      house.clock.advance(2_000)
      return error(404)
    })
  }
  const { message } = refusedOf(house, await house.ask())
  expect(names.filter((name) => upstream.hits(name).length > 0)).toHaveLength(8)
  expect(message).toContain('p9/m=too-many-hops, p10/m=too-many-hops')
})

it('asks a model once that stands in the chain twice, with a profile pinned and without', async () => {
  const { house, upstream } = await chain(1, () => [error(401)])
  await house.ask({ model: 'p1/m', fallbacks: ['p1/m@p1:default'] })
  expect(upstream.hits('p1')).toHaveLength(1)
})

it('ends the rest of what answered after all', async () => {
  const { house, upstream } = await chain(1, () => [error(429, BUSY, { 'retry-after': '1' }), says('hello')])
  const asked = house.ask()
  await until(() => house.clock.sleeping.length === 1)
  // Another request has met the same meanwhile.
  await rest(house, 'p1', 60_000, { kind: 'rate-limit' })
  house.clock.advance(1_000)
  await asked
  expect(await house.rests()).toEqual([])
  expect(upstream.hits('p1')).toHaveLength(2)
})

it('lets rest what failed after the answer had been asked for', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await chain(1, () => [
    { ...says('hello'), body: [gate.promise, ...bodyOf(says('hello'))] },
  ])
  const asked = house.ask()
  await until(() => upstream.hits('p1').length === 1)
  house.clock.advance(10)
  await rest(house, 'p1', 60_000, { kind: 'quota' })
  gate.resolve()
  await asked
  expect(await house.rests()).toMatchObject([{ kind: 'quota' }])
})

function bodyOf(act: ReturnType<typeof says>): Iterable<string | Uint8Array | Promise<unknown>> {
  return act.body ?? []
}
