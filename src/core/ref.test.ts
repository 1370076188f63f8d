import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultProfile, formatRef, parseRef } from './ref.ts'

describe('a model ref', () => {
  it.each([
    ['qwen-portal/coder-model', { provider: 'qwen-portal', model: 'coder-model' }],
    ['router/qwen/qwen3-coder', { provider: 'router', model: 'qwen/qwen3-coder' }],
    ['p/m@p:work', { provider: 'p', model: 'm', profile: 'p:work' }],
    ['p/m@p:a@b:c', { provider: 'p', model: 'm', profile: 'p:a@b:c' }],
    // An @ that names no profile of this provider belongs to the model's id.
    ['p/m@20250514', { provider: 'p', model: 'm@20250514' }],
    ['p/m@q:work', { provider: 'p', model: 'm@q:work' }],
    ['p/m@p:', { provider: 'p', model: 'm@p:' }],
    ['p/@p:work', { provider: 'p', model: '@p:work' }],
    ['p//', { provider: 'p', model: '/' }],
  ])('%s is split at the first slash', (text, ref) => {
    expect(parseRef(text)).toEqual(ref)
  })

  it.each(['', '/', 'qwen', 'qwen/', '/coder-model', 'p@p:work'])('is not %j', (text) => {
    expect(parseRef(text)).toBeUndefined()
  })

  it('that was read is written as it was', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '@', ':', '/', '-', '.') })
    fc.assert(
      fc.property(part, (text) => {
        const ref = parseRef(text)
        if (ref) expect(formatRef(ref)).toBe(text)
      }),
    )
  })

  it('that was written is read as it was', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,12}$/)
    fc.assert(
      fc.property(word, fc.stringMatching(/^[a-z0-9./@-]{1,20}$/), fc.option(word), (provider, model, name) => {
        const ref = { provider, model, ...(name !== null && { profile: `${provider}:${name}` }) }
        expect(parseRef(formatRef(ref))).toEqual(ref)
      }),
    )
  })
})

it('names the default profile after its provider', () => {
  expect(defaultProfile('qwen-portal')).toBe('qwen-portal:default')
})
