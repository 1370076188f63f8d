/** A provider that fails, in each way of sixteen: the built gateway before the emulator, or its minutes in this process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('in moved time', () => {
  it.each(cases.filter(({ isLong }) => isLong))('$id, $form: $what', async ({ form, ...scenario }) => {
    expect((await play(scenario, form, await movedWorld())).violations).toEqual([])
  })
})
