import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SealedReasoning } from '../core/prompt.ts'
import { unwrapSeal, wrapSeal } from './sealed-reasoning.ts'

const sealed: SealedReasoning = {
  kind: 'encrypted',
  value: 'gAAA',
  id: 'rs_1',
  issuer: { provider: 'p', profile: 'mark', model: '模型' },
}

it('comes out of its wrapping as it went in, and is nothing but one plain word meanwhile', () => {
  const names = fc.record({ provider: fc.string(), profile: fc.string(), model: fc.string({ unit: 'grapheme' }) })
  const seals = fc.record(
    {
      kind: fc.constantFrom<SealedReasoning['kind'][]>('signature', 'redacted', 'encrypted'),
      value: fc.string(),
      id: fc.string(),
      issuer: names,
    },
    { requiredKeys: ['kind', 'value', 'issuer'] },
  )
  fc.assert(
    fc.property(seals, (seal) => {
      const wrapped = wrapSeal(seal)
      expect(wrapped).toMatch(/^oc1\.[\w-]+$/)
      expect(unwrapSeal(wrapped)).toEqual(seal)
    }),
  )
})

it.each([
  ['as an issuer wrote it', 'EqQBCkYIBRgCKkD'],
  ['cut', wrapSeal(sealed).slice(0, -20)],
  ['of no issuer', `oc1.${Buffer.from('{"kind":"signature","value":"a"}').toString('base64url')}`],
  ['of no known kind', wrapSeal({ ...sealed, kind: 'other' as 'encrypted' })],
  ['empty', ''],
])('is nothing of ours when it is %s', (_, text) => {
  expect(unwrapSeal(text)).toBeUndefined()
})
