/** The story of a request, out of what serving left of it. */
import { expect, it } from 'vitest'
import { error, says, stream, ROLE, text } from '../serving/fixtures/answers.ts'
import { newCaller } from '../serving/fixtures/caller.ts'
import { openHouse, type House } from '../serving/fixtures/house.ts'
import { rest } from '../serving/fixtures/rests.ts'
import { twoModels } from '../serving/fixtures/two-models.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { resultOf, type RequestTold } from './contract.ts'
import { listRequests, showRequest, tailRequests } from './requests.ts'

const meansOf = ({ state, clock, means }: House) => ({
  requests: state.requests,
  clock,
  aliases: () => Promise.resolve(means.setup.settings.aliases),
})

async function told(house: House, more: { failed?: boolean; model?: string } = {}): Promise<readonly RequestTold[]> {
  await until(async () => (await house.rows()).every(({ endedAt }) => endedAt))
  const wish = { failed: false, most: 10, ...more }
  return (await resultOf(listRequests(wish, meansOf(house)))).requests
}

const briefly = ({ steps }: RequestTold): readonly string[] =>
  steps.map(({ ref, met, outcome, failure }) => [ref, met, outcome, failure].filter(Boolean).join(' '))

it('is short where the first one answers, and writes nothing beside its row', async () => {
  const { house } = await twoModels({ a: [says('hi')], b: says('hi') })
  await house.ask()
  const [only] = await told(house)
  expect(only).toMatchObject({ outcome: 'answered', answeredBy: 'a/m', usage: { inputTokens: 7 } })
  expect(only && briefly(only)).toEqual(['a/m answered'])
  expect(await house.state.requests.stories({ limit: 9 })).toEqual([])
})

it('tells every call of a walk, with what was said and nothing of the request', async () => {
  const words = 'a question that nobody else should read'
  const { house } = await twoModels({ a: [error(503, { message: `busy with: ${words}` })], b: says('hi') })
  await house.ask({ messages: [{ role: 'user', content: words }] })
  const [only] = await told(house)
  expect(only && briefly(only)).toEqual(['a/m failed overload', 'a/m failed overload', 'b/n answered'])
  expect(only?.steps[0]).toMatchObject({ status: 503, evidence: 'busy with: […]' })
  expect(JSON.stringify(only)).not.toContain(words)
})

it('tells who was not asked, though nobody was', async () => {
  const { house } = await twoModels({ a: [], b: says('hi') })
  for (const [provider, model] of [
    ['a', 'm'],
    ['b', 'n'],
  ] as const) {
    await rest(house, provider, 60_000, { model, kind: 'model-missing' })
  }
  const { served } = await house.ask()
  expect(served.kind).toBe('refused')
  const [only] = await told(house)
  expect(only).toMatchObject({ outcome: 'refused', reason: 'resting', status: 503, model: 'openclaw' })
  expect(only && briefly(only)).toEqual(['a/m resting:model-missing', 'b/n resting:model-missing'])
})

it('tells who was late and outrun in one row', async () => {
  const { house, upstream } = await twoModels({ a: ['silent'], b: says('hi') }, { gateway: {} })
  const asked = house.ask()
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(10_000)
  await asked
  const [only] = await told(house)
  expect(only && briefly(only)).toEqual(['a/m outrun aborted', 'b/n answered'])
})

it('is running, and nobody has left, while the faster one of two still answers', async () => {
  const { house, upstream } = await twoModels(
    { a: ['silent'], b: stream([ROLE, text('half')], 'stall') },
    { gateway: {} },
  )
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => upstream.hits('a').length === 1)
  house.clock.advance(10_000)
  await until(async () => (await house.rows()).length === 1)
  const [only] = await told(house)
  expect(only).toMatchObject({ outcome: 'running', steps: [{ ref: 'a/m', outcome: 'aborted' }] })
  expect(String(only?.steps[0]?.evidence)).toBe('another one spoke first')
  caller.leave()
  await asked
  expect((await told(house))[0]).toMatchObject({ outcome: 'gone' })
})

it('is told whole wherever the time begins from which on requests are wanted', async () => {
  const house = await openHouse({ settings: {} })
  const startedAt = house.clock.now()
  const later = new Date(startedAt.getTime() + 10)
  const requestId = 'r'
  const row = { attemptId: 'a', requestId, provider: 'p', model: 'm', startedAt: later, endedAt: later } as const
  await house.state.ledger.settle({ ...row, outcome: 'failed', failure: 'overload' }, { refund: false })
  const story = { requestId, startedAt, model: 'openclaw', agent: 'main', met: ['p/m=overload'] } as const
  await house.state.requests.tell({ ...story, outcome: 'refused', reason: 'overload', status: 502 })
  const since = async (at: Date): Promise<readonly RequestTold[]> =>
    (await resultOf(listRequests({ failed: false, most: 9, since: at }, meansOf(house)))).requests
  expect(await since(startedAt)).toMatchObject([{ outcome: 'refused', steps: [{ outcome: 'failed' }] }])
  // It did not begin then, and is not told as one that is running still.
  expect(await since(later)).toEqual([])
})

it('does not run for ever where the process died between two calls', async () => {
  const house = await openHouse({ settings: {} })
  const startedAt = house.clock.now()
  const row = {
    provider: 'p',
    model: 'm',
    startedAt,
    endedAt: startedAt,
    outcome: 'failed',
    failure: 'overload',
  } as const
  await house.state.ledger.settle({ ...row, attemptId: 'a', requestId: 'r' }, { refund: false })
  expect((await told(house)).map(({ outcome }) => outcome)).toEqual(['running'])
  house.clock.advance(3_700_000)
  expect((await told(house)).map(({ outcome }) => outcome)).toEqual(['unknown'])
})

it('is told as refused, however many others were told of since', async () => {
  const house = await openHouse({ settings: {} })
  const begun = house.clock.now().getTime()
  const story = { model: 'openclaw', agent: 'main', met: ['p/m=overload'] } as const
  const row = { provider: 'p', model: 'm', outcome: 'failed', failure: 'overload' } as const
  for (let at = 0; at < 200; at += 1) {
    const startedAt = new Date(begun + at)
    const requestId = `r${at}`
    if (at === 0) {
      await house.state.ledger.settle(
        { ...row, attemptId: requestId, requestId, startedAt, endedAt: startedAt },
        { refund: false },
      )
    }
    await house.state.requests.tell({ ...story, requestId, startedAt, outcome: at === 0 ? 'refused' : 'answered' })
  }
  expect(await told(house, { model: 'p/m' })).toMatchObject([{ requestId: 'r0', outcome: 'refused' }])
})

it('is as many as were wanted, however often each of them was asked', async () => {
  const house = await openHouse({ settings: {} })
  const begun = house.clock.now().getTime()
  for (let at = 0; at < 40; at += 1) {
    const startedAt = new Date(begun + at)
    const row = { provider: 'p', model: 'm', startedAt, endedAt: startedAt, outcome: 'failed' } as const
    for (let call = 0; call < 12; call += 1) {
      await house.state.ledger.settle({ ...row, attemptId: `${at} ${call}`, requestId: `r${at}` }, { refund: false })
    }
  }
  const all = await told(house)
  expect(all.map(({ steps }) => steps.length)).toEqual(Array(10).fill(12))
})

it('tells that an answer broke off, and that a caller left', async () => {
  const { house, upstream } = await twoModels({ a: [stream([ROLE, text('half')], 'cut'), 'silent'], b: says('hi') })
  await house.ask()
  house.clock.advance(60_000)
  const caller = newCaller()
  const asked = house.ask({}, caller)
  await until(() => upstream.hits('a').length === 2)
  caller.leave()
  await asked
  expect((await told(house)).map(({ outcome }) => outcome)).toEqual(['gone', 'broken-off'])
  // Nobody failed the one who left.
  expect((await told(house, { failed: true })).map(({ outcome }) => outcome)).toEqual(['broken-off'])
})

it('is found by its model, its alias and the beginning of its id', async () => {
  const house = await openHouse({ settings: {} })
  const row = { provider: 'p', model: 'm', startedAt: house.clock.now(), outcome: 'answered' } as const
  for (const requestId of ['aaaa1111', 'bbbb2222']) {
    await house.state.ledger.settle({ ...row, attemptId: requestId, requestId }, { refund: false })
  }
  const named = { failed: false, most: 9, model: 'p/m' }
  expect((await resultOf(listRequests(named, meansOf(house)))).requests).toHaveLength(2)
  expect(await resultOf(showRequest('bbbb', meansOf(house)))).toMatchObject({ requestId: 'bbbb2222' })
  await expect(resultOf(showRequest('cccc', meansOf(house)))).rejects.toThrow('No request cccc is known')
  await house.state.ledger.settle({ ...row, attemptId: 'b2', requestId: 'bbbb3333' }, { refund: false })
  await expect(resultOf(showRequest('b', meansOf(house)))).rejects.toThrow('bbbb2222, bbbb3333')
  expect(await resultOf(showRequest('bbbb3333', meansOf(house)))).toMatchObject({ requestId: 'bbbb3333' })
  await expect(resultOf(listRequests({ failed: false, most: 9, model: 'nix' }, meansOf(house)))).rejects.toThrow('nix')
})

it('is told while it goes on as soon as it is over, each once', async () => {
  const { house } = await twoModels({ a: [says('hi')], b: says('hi') })
  await house.ask()
  const stop = new AbortController()
  const seen: string[] = []
  const tail = tailRequests({ failed: false, most: 9, signal: stop.signal }, meansOf(house))
  const following = (async () => {
    for await (const { requestId } of tail) seen.push(requestId)
  })()
  await until(() => seen.length === 1)
  await until(() => house.clock.sleeping.length > 0)
  await house.ask()
  house.clock.advance(300)
  await until(() => seen.length === 2)
  await until(() => house.clock.sleeping.length > 0)
  house.clock.advance(300)
  stop.abort()
  await following
  expect(new Set(seen).size).toBe(2)
})
