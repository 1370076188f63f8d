import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parsedExactly } from './exact-json.ts'

it.each([
  '12345678901234567890',
  '0.12345678901234567',
  '1e400',
  '-1e-400',
  '9007199254740993',
  '12.34567890123456789',
])('writes %s as it was read', (number) => {
  const text = `{"a":[${number},{"b":"12345678901234567890"}]}`
  expect(JSON.stringify(parsedExactly(text))).toBe(text)
})

it('reads all else as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify([value, '1234567890123456'])
      expect(JSON.stringify(parsedExactly(text))).toBe(JSON.stringify(JSON.parse(text)))
    }),
  )
  expect(parsedExactly('{"a":1.0,"b":1e3}')).toEqual({ a: 1, b: 1_000 })
  expect(parsedExactly('{')).toBeUndefined()
})
