/** Who answered, as headers that any program can read. */
import { validateHeaderValue } from 'node:http'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerHeaders } from './answer-headers.ts'

const attemptsOf = (...attempts: readonly string[]): string =>
  answerHeaders({ requestId: 'r', attempts })['x-openclaw-attempts'] ?? ''

it('holds nothing that a header may not hold, whatever a name is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (names) => {
      const value = attemptsOf(...names)
      validateHeaderValue('x-openclaw-attempts', value)
      expect(value).toMatch(/^[\x20-\x7e]*$/)
    }),
  )
})

it('is never longer than programs take', () => {
  const value = attemptsOf(...Array.from({ length: 5_000 }, (_, at) => `provider/model-${at}=overload`))
  expect(value.length).toBe(4_096)
  expect(value.endsWith('...')).toBe(true)
})
