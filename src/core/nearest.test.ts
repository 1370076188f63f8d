import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('a mistyped name', () => {
  it.each([
    ['qwne', ['qwen', 'quick'], 'qwen'],
    ['prot', ['port', 'refFallback'], 'port'],
    ['BASEURL', ['baseUrl', 'oauthBaseUrl'], 'baseUrl'],
    ['qwen-portal/coder-modle', ['qwen-portal/vision-model', 'qwen-portal/coder-model'], 'qwen-portal/coder-model'],
    ['qwen-portl-auth', ['qwen-portal-auth'], 'qwen-portal-auth'],
  ])('%s in %j meant %s', (typed, names, meant) => {
    expect(nearest(typed, names)).toBe(meant)
  })

  it.each([
    ['xy', ['id']],
    ['x', ['id', 'a']],
    ['gemini', ['qwen', 'port']],
    ['anything', []],
    ['', ['id']],
  ])('%j is like none of %j', (typed, names) => {
    expect(nearest(typed, names)).toBeUndefined()
  })

  it('means another one, and never one of which less than half was typed right', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(word, fc.array(word), (typed, others) => {
        const meant = nearest(typed, [...others, typed, `${typed}a`])
        expect(meant).toBeDefined()
        expect(meant).not.toBe(typed)
        if (meant !== undefined)
          expect(Math.abs(meant.length - typed.length) * 2).toBeLessThanOrEqual(Math.max(meant.length, typed.length))
      }),
    )
  })
})
