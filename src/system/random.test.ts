/** Randomness that nobody can guess. */
import { expect, it } from 'vitest'
import { systemRandom } from './random.ts'

it('gives as many bytes as were asked for, never the same', () => {
  const bytes = systemRandom.bytes(32)
  expect(bytes).toHaveLength(32)
  expect(Buffer.from(bytes)).not.toEqual(Buffer.from(systemRandom.bytes(32)))
})

it('gives ids of version 4', () => {
  expect(systemRandom.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
