/** No request waits for ever: whatever an upstream does, it is left in time and the next one answers. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ROLE, says, saysAtOnce, stream, text } from './fixtures/answers.ts'
import type { House } from './fixtures/house.ts'
import { twoModels } from './fixtures/two-models.ts'
import { until, type Act, type ScriptedAnswer } from './fixtures/upstream.ts'

/** A piece each 10 ms, for ever. */
function* dripping(piece: string, ...first: readonly string[]): Generator<string | Promise<unknown>> {
  yield* first
  for (;;) {
    yield piece
    yield pause(10)
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }
/** Short for who waits, long for the one who answers on a busy machine. */
const SHORT = { connectMs: 250, firstEventMs: 250, answerMs: 250, idleMs: 250, streamMs: 750 }
/** What a busy machine adds. */
const SLACK_MS = 3_000

async function tookMs(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}

describe.each([true, false])('with stream: %s', (isStream) => {
  const type = isStream ? {} : { headers: JSON_TYPE }
  it.each<[string, Act]>([
    ['takes the request and says nothing', 'silent'],
    ['sends a head only', { ...stream([], 'stall'), ...type }],
    ['sends the beginning and stops', { ...stream(isStream ? [ROLE] : ['{"choi'], 'stall'), ...type }],
    ['fails and stops within its error', { status: 503, headers: JSON_TYPE, body: ['{"error":'], ending: 'stall' }],
  ])('S-01 an upstream that %s is left for the next one', async (_what, act) => {
    const { house, upstream } = await twoModels(
      { a: [act], b: isStream ? says('from b') : saysAtOnce('from b') },
      { limits: SHORT },
    )
    const ms = await tookMs(async () => {
      const { caller } = await house.ask({ stream: isStream })
      expect(caller.text).toContain('from b')
    })
    expect(ms).toBeLessThan(SLACK_MS)
    await until(() => upstream.hits('a').every(({ isAborted }) => isAborted))
    expect((await house.rows()).map(({ outcome }) => outcome)).toContain('failed')
  })
})

/** Time goes by in one jump once `a` has been asked. */
async function askedAndWaited(act: ScriptedAnswer, waitMs: number): Promise<{ house: House; said: string }> {
  const { house, upstream } = await twoModels({ a: [act], b: says('from b') })
  const asking = house.ask()
  await until(() => upstream.hits('a').length === 1)
  await pause(50)
  house.clock.advance(waitMs)
  const { caller } = await asking
  return { house, said: caller.text }
}

describe('signs of life that never come to anything', () => {
  it('put the first event off, as long as a whole answer may take', async () => {
    const { house, upstream } = await twoModels({ a: [stream(dripping(': busy\n\n'))], b: says('from b') })
    const asking = house.ask()
    await until(() => upstream.hits('a').length === 1)
    house.clock.advance(299_000)
    await pause(100)
    expect(upstream.hits('b')).toEqual([])
    house.clock.advance(10_000)
    expect((await asking).caller.text).toContain('from b')
    const [first] = await house.rows()
    expect(first).toMatchObject({ outcome: 'failed', failure: 'timeout', verdict: 'stalled' })
  })

  it('in an error body leave the error that the status told', async () => {
    const { house, said } = await askedAndWaited({ status: 402, headers: JSON_TYPE, body: dripping(' ') }, 61_000)
    expect(said).toContain('from b')
    expect((await house.rows())[0]).toMatchObject({ status: 402, failure: 'billing' })
  })
})

describe('an answer that never ends', () => {
  it('is broken off with an error event where it is a stream', async () => {
    const endless = stream(dripping(text('more'), ROLE, text('begun')))
    const { house } = await twoModels({ a: [endless], b: says('from b') }, { limits: { streamMs: 600 } })
    const ms = await tookMs(async () => {
      const { caller } = await house.ask()
      expect(caller.text).toContain('begun')
      expect(caller.text).toMatch(/data: \{"error":\{.*600 ms.*\}\}\n\n$/)
    })
    expect(ms).toBeGreaterThan(595)
    expect(ms).toBeLessThan(600 + SLACK_MS)
  })

  it('is left for the next one where it is none, as nothing was sent yet', async () => {
    const drip: ScriptedAnswer = { headers: JSON_TYPE, body: dripping(' ') }
    const { house } = await twoModels(
      { a: [drip], b: saysAtOnce('from b') },
      { limits: { connectMs: 250, answerMs: 350 } },
    )
    const ms = await tookMs(async () => {
      const { caller } = await house.ask({ stream: false })
      expect(caller.text).toContain('from b')
    })
    expect(ms).toBeGreaterThan(595)
    expect(ms).toBeLessThan(600 + SLACK_MS)
  })
})

describe("a provider's own limits", () => {
  const bothSet = async (own: object, limits: object): Promise<House> =>
    (await twoModels({ a: ['silent'], b: says('from b') }, { a: { limits: own }, limits })).house

  it('go over the general ones', async () => {
    const house = await bothSet({ firstEventMs: 120 }, { firstEventMs: 60_000 })
    const ms = await tookMs(() => house.ask())
    expect(ms).toBeGreaterThan(115)
    expect(ms).toBeLessThan(120 + SLACK_MS)
  })

  it('leave the general ones in force where they say nothing', async () => {
    const house = await bothSet({ idleMs: 60_000 }, { firstEventMs: 120 })
    const ms = await tookMs(() => house.ask())
    expect(ms).toBeGreaterThan(115)
    expect(ms).toBeLessThan(120 + SLACK_MS)
  })
})
