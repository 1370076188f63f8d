/** How long remembered answers stay on disk. */
import { expect, it } from 'vitest'
import type { KeptAnswer } from '../core/ports.ts'
import { openResponsesGateway } from './fixtures/responses.ts'
import { forgetAnswers } from './recall.ts'

const HOUR_MS = 3_600_000

it.each([
  ['disk', true],
  ['memory', false],
  ['off', false],
] as const)('where they are remembered in %s, they stay there for their hour: %s', async (where, stays) => {
  const { house } = await openResponsesGateway(where)
  const { state, clock, means } = house
  const stop = new AbortController()
  const kept: KeptAnswer = {
    owner: 'owner',
    id: 'resp_1',
    keptAt: clock.now(),
    input: new Uint8Array(1),
    answer: new Uint8Array(1),
    itemIds: [],
  }
  await state.answers.put(kept)
  const sweeping = forgetAnswers({ state, clock, setup: () => means.setup }, stop.signal)
  await expect.poll(() => clock.sleeping.length).toBe(1)
  expect((await state.answers.get('owner', 'resp_1')) !== undefined).toBe(stays)
  clock.advance(HOUR_MS + 1)
  await expect.poll(() => state.answers.get('owner', 'resp_1')).toBeUndefined()
  stop.abort()
  await sweeping
})
