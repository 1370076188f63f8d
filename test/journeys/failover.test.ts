/** A provider that fails, in each way of sixteen: the built gateway before the emulator, or its minutes in this process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_HEDGE_AFTER_MS, DEFAULT_LIMITS } from '../../src/config/schema.ts'
import { formsOf, play } from '../routing/bench.ts'
import { movedWorld } from '../routing/moved-world.ts'
import { realWorld, type RealWorld } from '../routing/real-world.ts'
import { SCENARIOS } from '../routing/scenarios.ts'

const cases = SCENARIOS.flatMap((scenario) => formsOf(scenario).map((form) => ({ ...scenario, form })))

describe('in real time', () => {
  let world: RealWorld
  beforeAll(async () => {
    world = await realWorld()
  })
  // Where it could not be opened, there is nothing to end.
  afterAll(() => (world as RealWorld | undefined)?.end())

  it.each(cases.filter(({ isLong }) => !isLong))('$id, $form: $what', async ({ form, ...scenario }) => {
    expect((await play(scenario, form, world)).violations).toEqual([])
  })
})

it('has limits, where nobody set any, that keep what was measured here with shorter ones', () => {
  const { connectMs, firstEventMs, idleMs } = DEFAULT_LIMITS
  // S06: who is silent is left within 100 s. S07: somebody else answers within 15 s. S09: a stall is told within 45 s.
  expect(connectMs + firstEventMs).toBeLessThan(100_000)
  expect(DEFAULT_HEDGE_AFTER_MS).toBeLessThan(15_000)
  expect(idleMs).toBeLessThan(45_000)
})

describe('in moved time', () => {
  it.each(cases.filter(({ isLong }) => isLong))('$id, $form: $what', async ({ form, ...scenario }) => {
    expect((await play(scenario, form, await movedWorld())).violations).toEqual([])
  })
})
