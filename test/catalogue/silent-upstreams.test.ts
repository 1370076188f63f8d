/** Upstreams that fall silent, before their first word and in the middle: rows S-01 and S-02 of the catalogue. */
import { expect, it } from 'vitest'
import { ROLE, says, stream, text } from '../../src/serving/fixtures/answers.ts'
import { twoModels } from '../../src/serving/fixtures/two-models.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { percentile } from '../torture/figures.ts'
import { sizeOf } from './sizes.ts'

const LIMIT_MS = 400
const SOON_MS = 100
/** So many at once take longer than that where others work: what holds at one try holds. */
const ON_A_BUSY_MACHINE = { retry: 2 }
const LIMITS = { firstEventMs: LIMIT_MS, answerMs: LIMIT_MS, idleMs: LIMIT_MS }

async function timed<Value>(act: () => Promise<Value>): Promise<{ readonly ms: number; readonly value: Value }> {
  const startMs = performance.now()
  const value = await act()
  return { ms: performance.now() - startMs, value }
}

it.each([
  ['says nothing', 'silent'],
  ['sends a head alone', stream([], 'stall')],
  ['sends a beginning that says nothing', stream([ROLE], 'stall')],
] as const)(
  'S-01 an upstream that %s is left for the fallback within 100 ms of its time',
  ON_A_BUSY_MACHINE,
  async (_, act) => {
    const { house, upstream } = await twoModels({ a: [act], b: says('from b') }, { limits: LIMITS })
    // The first request of a process takes longer than any other.
    await house.ask({ model: 'b/n' })
    const all = await Promise.all(Array.from({ length: sizeOf('S-01') }, () => timed(() => house.ask())))
    for (const { value } of all) expect(value.caller.text).toContain('from b')
    // The quickest of them: the machine may be busy with something else.
    expect(
      percentile(
        all.map(({ ms }) => ms),
        0.1,
      ),
    ).toBeLessThanOrEqual(LIMIT_MS + SOON_MS)
    await until(() => upstream.hits('a').every(({ isAborted }) => isAborted))
  },
)

it(
  'S-02 a stream that stalls ends in an error event within 100 ms of its time, and the upstream is let go',
  ON_A_BUSY_MACHINE,
  async () => {
    const { house, upstream } = await twoModels(
      { a: [stream([ROLE, text('Well')], 'stall')], b: says('no') },
      { limits: LIMITS },
    )
    const all = await Promise.all(Array.from({ length: sizeOf('S-02') }, () => timed(() => house.ask())))
    for (const { value } of all) {
      expect(value.caller.text).toContain('Well')
      expect(value.caller.text).toMatch(/data: \{"error":.*"code":"timeout"\}\}\n\n$/)
      expect(value.caller.text).not.toContain('[DONE]')
    }
    expect(
      percentile(
        all.map(({ ms }) => ms),
        0.1,
      ),
    ).toBeLessThanOrEqual(LIMIT_MS + SOON_MS)
    await until(() => upstream.hits('a').every(({ isAborted }) => isAborted))
    expect(upstream.hits('b')).toEqual([])
    expect((await house.rows()).every(({ verdict }) => verdict === 'stalled')).toBe(true)
  },
)
