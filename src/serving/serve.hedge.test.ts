/** A model that is late: a fallback is asked beside it, and whoever speaks first is heard. */
import { expect, it } from 'vitest'
import { error, says, saysAtOnce, stream, DONE, FINISH, ROLE, text, USAGE } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { rest } from './fixtures/rests.ts'
import { twoModels } from './fixtures/two-models.ts'
import { scriptedUpstream, until, type ScriptedAnswer } from './fixtures/upstream.ts'

/** Its first word comes when the gate is opened. */
const late = (gate: Promise<unknown>, word = 'from a'): ScriptedAnswer =>
  stream([ROLE, gate, text(word), FINISH, USAGE, DONE])
const LATE_MS = 10_000
const HEDGED = {}

async function settled(house: House): Promise<readonly string[]> {
  await until(async () => (await house.rows()).every(({ endedAt }) => endedAt))
  return (await house.rows()).map(({ provider, outcome }) => `${provider} ${outcome}`)
}

it('is outrun by the fallback that speaks first, and its own request is ended', async () => {
  for (const isStream of [true, false]) {
    const { house, upstream } = await twoModels(
      { a: ['silent'], b: isStream ? says('from b') : saysAtOnce('from b') },
      { gateway: HEDGED },
    )
    const asked = house.ask({ stream: isStream })
    await until(() => upstream.hits('a').length === 1)
    house.clock.advance(LATE_MS - 1)
    expect(upstream.hits('b')).toEqual([])
    house.clock.advance(1)
    const { caller, served } = await asked
    expect(caller.text).toContain('from b')
    expect(caller.headers).toMatchObject({
      'x-openclaw-model': 'b/n',
      'x-openclaw-attempts': 'a/m=late, a/m=outrun',
    })
    expect(served).toMatchObject({ kind: 'answered', candidate: { ref: { provider: 'b' } } })
    await until(() => upstream.hits('a')[0]?.isAborted === true)
    expect(await settled(house)).toEqual(['a aborted', 'b answered'])
    expect(await house.rests()).toEqual([])
  }
})

it('names those who were passed over on the way to the one that is asked beside it, once', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('a', 'silent')
  upstream.script('d', says('from d'))
  const names = ['a', 'b', 'c', 'd', 'e']
  const house = await openHouse({
    settings: {
      models: {
        providers: Object.fromEntries(names.map((name) => [name, { baseUrl: upstream.url(name), models: ['m'] }])),
        limits: { firstEventMs: 500 },
      },
      agents: { defaults: { model: { primary: 'a/m', fallbacks: names.slice(1).map((name) => `${name}/m`) } } },
    },
  })
  for (const name of ['b', 'e']) await rest(house, name, 600_000, { kind: 'model-missing' })
  // May be back: nobody is asked beside another to find that out.
  await rest(house, 'c', 600_000, { kind: 'quota', probeAt: house.clock.now() })
  const first = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  expect((await first).caller.headers['x-openclaw-attempts']).toBe('a/m=late, b/m=resting:model-missing, a/m=outrun')
  upstream.script('d', error(404, { code: 'model_not_found' }))
  upstream.script('c', says('from c'))
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 2)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('d').length === 2)
  await until(async () => (await house.rests()).some(({ provider }) => provider === 'd'))
  house.clock.advance(LATE_MS)
  expect((await asked).caller.headers['x-openclaw-attempts']).toBe(
    'a/m=late, b/m=resting:model-missing, d/m=model-missing, a/m=timeout',
  )
})

it('is heard where it speaks first after all, and the fallback is ended', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({ a: [late(gate.promise)], b: 'silent' }, { gateway: HEDGED })
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('b').length === 1)
  gate.resolve()
  const { caller } = await asked
  expect(caller.text).toContain('from a')
  expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'a/m', 'x-openclaw-attempts': 'a/m=late, b/n=outrun' })
  await until(() => upstream.hits('b')[0]?.isAborted === true)
  expect(await settled(house)).toEqual(['a answered', 'b aborted'])
})

it('never mixes the two, though both speak at the same time', async () => {
  for (let round = 0; round < 20; round += 1) {
    const gate = Promise.withResolvers<void>()
    const { house, upstream } = await twoModels(
      { a: [late(gate.promise, 'aaa')], b: stream([ROLE, gate.promise, text('bbb'), FINISH, DONE]) },
      { gateway: HEDGED },
    )
    const asked = house.ask()
    await until(() => upstream.hits('a').length === 1)
    house.clock.advance(LATE_MS)
    await until(() => upstream.hits('b').length === 1)
    gate.resolve()
    const { caller } = await asked
    expect([caller.text.includes('aaa'), caller.text.includes('bbb')].filter(Boolean)).toHaveLength(1)
    expect(caller.text.match(/\[DONE\]/g)).toHaveLength(1)
  }
})

it('has its own answer when the fallback fails', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({ a: [late(gate.promise)], b: error(500) }, { gateway: HEDGED })
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('b').length === 2)
  gate.resolve()
  expect((await asked).caller.text).toContain('from a')
  expect((await asked).caller.headers['x-openclaw-attempts']).toBe('a/m=late, b/n=overload, b/n=overload')
})

it('leaves the answer to the fallback when it fails itself meanwhile', async () => {
  const failing = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels(
    {
      a: [stream([ROLE, failing.promise, 'data: {"error":{"code":"quota_exceeded","message":"spent"}}\n\n'])],
      b: late(gate.promise, 'from b'),
    },
    { gateway: HEDGED },
  )
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('b').length === 1)
  failing.resolve()
  await until(async () => (await house.rests()).length === 1)
  gate.resolve()
  expect((await asked).caller.text).toContain('from b')
})

it('is not late any more once it has begun to speak', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels(
    { a: [stream([ROLE, text('one'), gate.promise, text('two'), FINISH, DONE])], b: says('from b') },
    { limits: { idleMs: 600_000 }, gateway: HEDGED },
  )
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => caller.text.includes('one'))
  expect(house.clock.sleeping).toEqual([])
  house.clock.advance(LATE_MS * 2)
  gate.resolve()
  await asked
  expect(upstream.hits('b')).toEqual([])
})

it('takes both along when its caller leaves', async () => {
  const { house, upstream } = await twoModels({ a: ['silent'], b: 'silent' }, { gateway: HEDGED })
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('b').length === 1)
  caller.leave()
  expect((await asked).served.kind).toBe('gone')
  await until(() => upstream.connections() === 0)
  expect(await settled(house)).toEqual(['a aborted', 'b aborted'])
})

it('is waited for by itself where hedging is off, and where nobody else may help', async () => {
  for (const [gateway, fallbacks] of [
    [{ hedge: 'off' }, ['b/n']],
    [{}, []],
  ] as const) {
    const gate = Promise.withResolvers<void>()
    const { house, upstream } = await twoModels({ a: [late(gate.promise)], b: says('from b') }, { gateway })
    const asked = house.ask({ fallbacks })
    await until(() => upstream.hits('a').length === 1)
    expect(house.clock.sleeping).toEqual([])
    gate.resolve()
    expect((await asked).caller.text).toContain('from a')
  }
})

it('has nobody beside it who is known to cost money, unless that is wished', async () => {
  for (const [hedge, price, isAsked] of [
    ['free', { input: 1, output: 2 }, false],
    ['free', { input: 0, output: 0 }, true],
    ['always', { input: 1, output: 2 }, true],
  ] as const) {
    const upstream = await scriptedUpstream()
    const gate = Promise.withResolvers<void>()
    upstream.script('a', late(gate.promise))
    upstream.script('dear', says('from b'))
    const house = await openHouse({
      definitions: [
        {
          id: 'dear',
          label: { en: 'Dear' },
          dialect: 'chat-completions',
          baseUrl: upstream.url('dear'),
          hosts: [],
          models: [{ id: 'n', price }],
          aliases: {},
        },
      ],
      settings: {
        models: {
          providers: { a: { baseUrl: upstream.url('a'), models: ['m'] }, dear: { apiKey: 'k' } },
        },
        gateway: { hedge },
      },
    })
    const asked = house.ask({ model: 'a/m', fallbacks: ['dear/n'] })
    await until(() => upstream.hits('a').length === 1)
    house.clock.advance(LATE_MS)
    if (!isAsked) gate.resolve()
    expect((await asked).caller.text).toContain(isAsked ? 'from b' : 'from a')
  }
})

it('counts the time that was set', async () => {
  const { house, upstream } = await twoModels({ a: ['silent'], b: says('from b') }, { gateway: { hedgeAfterMs: 700 } })
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(700)
  expect((await asked).caller.text).toContain('from b')
})

it('rests when it was outrun three times in a row without a word, and is asked again soon', async () => {
  const { house, upstream } = await twoModels({ a: ['silent'], b: says('from b') }, { gateway: HEDGED })
  for (let time = 1; time <= 3; time += 1) {
    const asked = house.ask()
    await until(() => upstream.hits('a').length === time)
    expect(await house.rests()).toEqual([])
    house.clock.advance(LATE_MS)
    await asked
  }
  expect(await house.rests()).toMatchObject([{ scope: 'model', provider: 'a', kind: 'timeout' }])
  expect((await house.ask()).caller.text).toContain('from b')
  expect(upstream.hits('a')).toHaveLength(3)
})

it('has nobody beside it who has begun to rest meanwhile', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({ a: [late(gate.promise)], b: says('from b') }, { gateway: HEDGED })
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  await rest(house, 'b', 1_200_000, { model: 'n' })
  house.clock.advance(LATE_MS)
  gate.resolve()
  expect((await asked).caller.text).toContain('from a')
  expect(upstream.hits('b')).toEqual([])
})

it('decides what its caller is told, though the fallback failed first', async () => {
  const failing = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels(
    { a: [{ status: 503, body: [failing.promise, '{}'] }], b: error(401) },
    { gateway: HEDGED },
  )
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await until(() => upstream.hits('b').length === 1)
  await until(async () => (await house.rests()).length === 1)
  failing.resolve()
  const { served } = await asked
  expect(served).toMatchObject({ kind: 'refused', refused: { status: 502 } })
})

it('leaves nobody at its caller’s answer when something breaks inside', async () => {
  const gate = Promise.withResolvers<void>()
  const { house, upstream } = await twoModels({ a: [late(gate.promise)], b: says('from b') }, { gateway: HEDGED })
  const { accounts } = house.means
  const caller = newCaller()
  Object.assign(accounts, {
    access: async (...order: Parameters<typeof accounts.access>) => {
      if (order[0].id === 'b') throw new Error('inside')
      return { kind: 'ok', credential: { kind: 'none' } }
    },
  })
  const asked = house.ask({}, caller)
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(LATE_MS)
  await expect(asked).rejects.toThrow('inside')
  await until(() => upstream.hits('a')[0]?.isAborted === true)
  gate.resolve()
  expect(caller.status).toBeUndefined()
})
