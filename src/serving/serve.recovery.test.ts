/** A model that failed comes back by itself: one request at a time finds out, and nobody goes back and forth with it. */
import { expect, it } from 'vitest'
import { sizeOf } from '../../test/catalogue/sizes.ts'
import { error, says, stream, text, DONE, FINISH, ROLE } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { twoModels } from './fixtures/two-models.ts'
import { scriptedUpstream, until, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

const DOWN = error(503)

/** `a` answers as `isUp` says at the moment, `b` always. */
async function upAndDown(isUp: () => boolean): Promise<{ house: House; upstream: ScriptedUpstream }> {
  return twoModels({ a: [() => (isUp() ? says('from a') : DOWN)], b: says('from b') })
}

const served = async (house: House): Promise<unknown> => (await house.ask()).caller.headers['x-openclaw-model']

it('is served by the fallback for a minute of outage, and is back within 30 s of its recovery', async () => {
  let isUp = false
  const { house, upstream } = await upAndDown(() => isUp)
  for (let second = 0; second < 60; second += 3) {
    expect(await served(house)).toBe('b/n')
    house.clock.advance(3_000)
  }
  // Twice at first, then once at each look.
  expect(upstream.hits('a').length).toBeLessThan(10)
  isUp = true
  let seconds = 0
  while ((await served(house)) !== 'a/m') {
    house.clock.advance(1_000)
    seconds += 1
  }
  expect(seconds).toBeLessThanOrEqual(30)
})

it('is taken up again at most twice in a minute while it is up and down', async () => {
  let seconds = 0
  const { house } = await upAndDown(() => seconds % 4 >= 2)
  let before: unknown = 'a/m'
  const returns: number[] = []
  for (; seconds < 300; seconds += 1) {
    const model = await served(house)
    if (model === 'a/m' && before === 'b/n') returns.push(seconds)
    before = model
    house.clock.advance(1_000)
  }
  for (const at of returns) expect(returns.filter((each) => each >= at && each < at + 60).length).toBeLessThanOrEqual(2)
  expect(returns.length).toBeGreaterThan(4)
})

it('B-06 is found out about by one request, the others go on to the fallback meanwhile', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({
    a: [DOWN, DOWN, stream([ROLE, gate.promise, text('from a'), FINISH, DONE]), says('from a')],
    b: says('from b'),
  })
  await served(house)
  house.clock.advance(5_000)
  const first = served(house)
  await until(() => upstream.hits('a').length === 3)
  const others = await Promise.all(Array.from({ length: sizeOf('B-06') }, () => served(house)))
  expect(new Set(others)).toEqual(new Set(['b/n']))
  expect(upstream.hits('a')).toHaveLength(3)
  gate.resolve()
  expect(await first).toBe('a/m')
  expect(await Promise.all(Array.from({ length: 5 }, () => served(house)))).toEqual(Array(5).fill('a/m'))
})

it('is the others’ again when the one who asked has left', async () => {
  const { house, upstream } = await twoModels({ a: [DOWN, DOWN, 'silent', says('from a')], b: says('from b') })
  await served(house)
  house.clock.advance(5_000)
  const caller = newCaller()
  const first = house.ask({}, caller)
  await until(() => upstream.hits('a').length === 3)
  caller.leave()
  await first
  expect(await served(house)).toBe('a/m')
})

it('refuses nobody for a breakdown where there is nobody else', async () => {
  let isUp = false
  const acts: Act[] = [() => (isUp ? says('from a') : DOWN)]
  const { house } = await twoModels({ a: acts, b: says('from b') })
  const alone = async (): Promise<string> => (await house.ask({ fallbacks: [] })).served.kind
  // Down, up for a moment, and down again: it rests for half a minute.
  expect(await alone()).toBe('refused')
  house.clock.advance(5_000)
  isUp = true
  expect(await alone()).toBe('answered')
  isUp = false
  expect(await alone()).toBe('refused')
  isUp = true
  house.clock.advance(5_000)
  expect(await Promise.all(Array.from({ length: 10 }, alone))).toEqual(Array(10).fill('answered'))
})

it('is looked after every ten minutes where a day was spent, by one request, and is back as soon as the day is', async () => {
  let isSpent = true
  const { house, upstream } = await twoModels({
    a: [() => (isSpent ? error(429, { code: 'quota_exceeded' }) : says('from a'))],
    b: says('from b'),
  })
  const probes: number[] = []
  for (let minute = 0; minute < 60; minute += 1) {
    const before = upstream.hits('a').length
    expect(new Set(await Promise.all([served(house), served(house)]))).toEqual(new Set(['b/n']))
    if (upstream.hits('a').length > before) probes.push(upstream.hits('a').length - before)
    house.clock.advance(60_000)
  }
  expect(probes.slice(1)).toEqual(probes.slice(1).map(() => 1))
  expect(probes.length).toBeGreaterThanOrEqual(5)
  isSpent = false
  let minutes = 0
  while ((await served(house)) !== 'a/m') {
    house.clock.advance(60_000)
    minutes += 1
  }
  expect(minutes).toBeLessThanOrEqual(10)
})

it('B-02 is asked by nobody before the time that it told, however long', async () => {
  const { house, upstream } = await twoModels({
    a: [error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '1200' })],
    b: says('from b'),
  })
  for (let minute = 0; minute < 20; minute += 1) {
    await served(house)
    house.clock.advance(60_000)
  }
  expect(upstream.hits('a')).toHaveLength(1)
  await served(house)
  expect(upstream.hits('a')).toHaveLength(2)
})

it('does not rest for what its sibling met', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('a', DOWN, DOWN, says('from a'))
  const house = await openHouse({
    settings: { models: { providers: { a: { baseUrl: upstream.url('a'), models: ['m', 'sibling'] } } } },
  })
  expect((await house.ask({ model: 'a/m' })).served.kind).toBe('refused')
  expect((await house.ask({ model: 'a/sibling' })).served.kind).toBe('answered')
})

it('moves no request to the owner’s other account while one finds out whether the first is still spent', async () => {
  const gate = Promise.withResolvers<void>()
  const spent = error(429, { code: 'quota_exceeded' })
  const { house, upstream } = await twoModels(
    {
      a: [spent, stream([ROLE, gate.promise, text('from a'), FINISH, DONE]), says('from a')],
      b: says('from b'),
    },
    {
      a: { apiKey: 'first' },
      auth: { profiles: { 'a:second': { provider: 'a', mode: 'api_key', apiKey: 'second' } } },
      gateway: {},
    },
  )
  expect(await served(house)).toBe('b/n')
  house.clock.advance(10 * 60_000)
  // In the same turn, and while the first is at it.
  const both = [served(house), served(house)]
  await until(() => upstream.hits('a').length === 2)
  expect(await served(house)).toBe('b/n')
  gate.resolve()
  expect(new Set(await Promise.all(both))).toEqual(new Set(['a/m', 'b/n']))
  expect(upstream.hits('a').map(({ headers }) => headers.authorization)).not.toContain('Bearer second')
})

it('lets others look as soon as it speaks, however long its answer takes', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({
    a: [DOWN, DOWN, stream([ROLE, text('one'), gate.promise, FINISH, DONE]), DOWN, DOWN, says('from a')],
    b: says('from b'),
  })
  await served(house)
  house.clock.advance(5_000)
  const long = served(house)
  await until(() => upstream.hits('a').length === 3)
  await until(async () => (await house.rests()).length === 0)
  expect(await served(house)).toBe('b/n')
  house.clock.advance(30_000)
  expect(await served(house)).toBe('a/m')
  gate.resolve()
  await long
})

it('is not asked earlier than it told, though another request met something else beside', async () => {
  const gate = Promise.withResolvers<void>()
  let asked = 0
  const busy: Act = () => {
    asked += 1
    return asked === 1
      ? { status: 503, headers: { 'retry-after': '1200' }, body: ['{}'] }
      : { status: 503, body: [gate.promise, '{}'] }
  }
  const { house } = await twoModels({ a: [busy], b: says('from b') }, { gateway: {} })
  const both = [served(house), served(house)]
  await until(() => asked === 2)
  await until(async () => (await house.rests()).length === 1)
  gate.resolve()
  expect(await Promise.all(both)).toEqual(['b/n', 'b/n'])
  const before = asked
  house.clock.advance(60_000)
  await served(house)
  expect(asked).toBe(before)
})
