import { expect, it } from 'vitest'
import { decoded, latin1 } from './latin1.ts'

it('gives back what the bytes spell, also of a view into others', () => {
  const bytes = new TextEncoder().encode('x 世界 y')
  expect(decoded(latin1(bytes))).toBe('x 世界 y')
  expect(latin1(bytes.subarray(0, 2))).toBe('x ')
  expect(decoded(latin1(bytes.subarray(2, 8)))).toBe('世界')
})

it('keeps one character a byte, so that a cut cannot break one', () => {
  const bytes = Buffer.from('é')
  expect(decoded(latin1(bytes.subarray(0, 1)) + latin1(bytes.subarray(1)))).toBe('é')
})
