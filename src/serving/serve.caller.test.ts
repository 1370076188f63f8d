/** A caller that leaves, or reads slowly. */
import { expect, it } from 'vitest'
import { error, saysAtOnce, says, stream, text } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type House, type Wish } from './fixtures/house.ts'
import { scriptedUpstream, until, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

async function oneModel(...acts: readonly Act[]): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', ...acts)
  const house = await openHouse({
    settings: {
      models: {
        providers: { a: { baseUrl: upstream.url('a'), apiKey: 'k', models: ['m'], quota: { requestsPerDay: 9 } } },
      },
      agents: { defaults: { model: 'a/m' } },
    },
  })
  return { house, upstream }
}

const leavings: readonly {
  readonly when: string
  readonly act: Act
  readonly wish: Wish
  readonly status?: number
}[] = [
  { when: 'before the head', act: 'silent', wish: {} },
  { when: 'before the first event', act: stream([': wait\n\n'], 'stall'), wish: {}, status: 200 },
  { when: 'in the middle of a stream', act: stream([text('Well')], 'stall'), wish: {}, status: 200 },
  {
    when: 'before the end of a JSON answer',
    act: { body: ['{"choices":['], ending: 'stall' },
    wish: { stream: false },
    status: 200,
  },
  { when: 'in the middle of an error', act: { status: 500, body: ['Oh'], ending: 'stall' }, wish: {}, status: 500 },
]

it.each(leavings)('S-08 takes the upstream along when the caller leaves $when', async ({ act, wish, status }) => {
  const { house, upstream } = await oneModel(act)
  const caller = newCaller()
  const asked = house.ask(wish, caller)
  await until(() => upstream.hits('a').length === 1)
  // What was sent has arrived here too.
  await new Promise((resolve) => void setTimeout(resolve, 30))
  const leftAt = performance.now()
  caller.leave()
  await until(() => upstream.hits('a')[0]?.isAborted ?? false)
  expect(performance.now() - leftAt).toBeLessThan(500)

  expect((await asked).served.kind).toBe('gone')
  const [row] = await house.rows()
  expect(row).toMatchObject({ outcome: 'aborted', ...(status !== undefined && { status }) })
  expect(row).not.toHaveProperty('failure')
  expect(await house.rests()).toEqual([])
  expect(await house.used('a:default')).toBe(1)
})

it('asks no more when the caller leaves while a busy account is waited for', async () => {
  const { house, upstream } = await oneModel(error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '1' }))
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => house.clock.sleeping.length === 1)
  caller.leave()
  expect((await asked).served.kind).toBe('gone')
  expect([upstream.hits('a').length, await house.used('a:default')]).toEqual([1, 1])
})

it('asks nobody when the caller leaves while all rest', async () => {
  const { house, upstream } = await oneModel(says('hello'))
  await house.state.cooldowns.put({
    scope: 'model',
    provider: 'a',
    model: 'm',
    kind: 'overload',
    evidence: 'busy',
    since: house.clock.now(),
    until: new Date(house.clock.now().getTime() + 1_500),
  })
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => house.clock.sleeping.length === 1)
  caller.leave()
  expect((await asked).served.kind).toBe('gone')
  expect(upstream.hits('a')).toEqual([])
})

it('S-09 writes down the tokens that were seen until the caller left', async () => {
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":1}}\n\n'
  const { house } = await oneModel(stream([text('Well') + usage], 'stall'))
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => caller.status === 200)
  caller.leave()
  await asked
  expect(await house.rows()).toMatchObject([{ outcome: 'aborted', usage: { inputTokens: 7, outputTokens: 1 } }])
})

it('closes no connection to the upstream for callers that leave after their answer', async () => {
  const { house, upstream } = await oneModel(saysAtOnce('hello'))
  for (let round = 0; round < 3; round += 1) {
    const { caller } = await house.ask({ stream: false })
    caller.leave()
  }
  expect(upstream.connections()).toBe(1)
})

it('S-11 holds the upstream back for a caller that reads slowly, and loses nothing', async () => {
  const piece = text('x'.repeat(65_536))
  const count = 800
  const { house, upstream } = await oneModel(
    stream([
      ...Array.from({ length: count }, () => piece),
      'data: {"choices":[{"index":0,"finish_reason":"stop"}]}\n\n',
    ]),
  )
  const caller = newCaller()
  caller.stopReading()
  const asked = house.ask({}, caller)
  await until(() => caller.status === 200)
  // The upstream stands still, its socket full.
  let before = -1
  await until(async () => {
    const now = upstream.hits('a')[0]?.sentBytes ?? 0
    const isStill = now === before
    before = now
    await new Promise((resolve) => void setTimeout(resolve, 100))
    return isStill
  })
  expect(before).toBeLessThan((count * piece.length) / 2)
  const taken = caller.bytes
  expect(taken).toBeLessThan(1_048_576)
  caller.goOnReading()
  await asked
  expect(caller.bytes).toBeGreaterThan(count * piece.length)
})
