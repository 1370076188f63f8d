/** What is left of an upstream's words once the caller's own are taken out. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { phrase } from '../core/phrase.ts'
import { withoutQuotes } from './quotes.ts'

const bodyOf = (...contents: readonly string[]): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      model: 'provider/a-model-with-a-long-name-2026',
      messages: contents.map((content) => ({ role: 'user', content })),
    }),
  )
const kept = (said: string, ...contents: readonly string[]): string => String(withoutQuotes(said, bodyOf(...contents)))

it('leaves the upstream its own words', () => {
  expect(kept('Rate limit reached for requests per min.', 'tell me of limits')).toBe(
    'Rate limit reached for requests per min.',
  )
  expect(kept('no such model: a-model-with-a-long-name-2026', 'hi')).toBe(
    'no such model: a-model-with-a-long-name-2026',
  )
})

it('leaves out what it quotes of the caller', () => {
  expect(kept('cannot answer "where did I bury the treasure?" today', 'where did I bury the treasure?')).toBe(
    'cannot answer "[…]" today',
  )
  expect(
    kept(
      'bad: one two three four five. And: six seven eight nine ten.',
      'one two three four five',
      'six seven eight nine ten',
    ),
  ).toBe('bad: […]. And: […].')
  expect(kept('不能回答：我把宝藏埋在花园里最老的那棵苹果树下面。', '我把宝藏埋在花园里最老的那棵苹果树下面')).toBe(
    '不能回答：[…]。',
  )
  expect(kept('said: first line second line', 'first line\n\tsecond line')).toBe('said: […]')
})

it('leaves nothing of a quote that is long enough, wherever it stands', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'.split('')),
    minLength: 20,
    maxLength: 80,
  })
  const around = fc.string({ unit: fc.constantFrom(...'ABC 123'.split('')), maxLength: 40 })
  fc.assert(
    fc.property(letters, around, around, (secret, before, after) => {
      expect(kept(`${before}${secret}${after}`, `x${secret}y`)).not.toMatch(/[a-z]/)
    }),
  )
})

it('keeps no words beside a request that is too long to be compared, and always our own', () => {
  expect(kept('anything at all', 'x'.repeat(1_100_000))).toBe(
    'what it said is not kept, since it may quote the request',
  )
  const ours = phrase('no-finish-reason')
  expect(withoutQuotes(ours, bodyOf('x'.repeat(1_100_000)))).toBe(ours)
})
