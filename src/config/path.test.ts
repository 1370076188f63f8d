import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath, parsePath } from './path.ts'

describe('a settings path', () => {
  it.each([
    ['language', ['language']],
    ['models.providers.qwen-portal.baseUrl', ['models', 'providers', 'qwen-portal', 'baseUrl']],
    ['auth.profiles.qwen-portal:default.email', ['auth', 'profiles', 'qwen-portal:default', 'email']],
    ['agents.list[0].model', ['agents', 'list', '0', 'model']],
    ['agents.list.0.model', ['agents', 'list', '0', 'model']],
    ['models.aliases["gpt-4.1"]', ['models', 'aliases', 'gpt-4.1']],
    ["models.aliases['gpt-4.1'].x", ['models', 'aliases', 'gpt-4.1', 'x']],
    ['a["b]c"][\'d"e\']["f\\"g"]', ['a', 'b]c', 'd"e', 'f"g']],
    ['["a b"]', ['a b']],
    ['模型.千问', ['模型', '千问']],
    ['a["__proto__"]', ['a', '__proto__']],
  ])('%s has the keys %j', (text, keys) => {
    expect(parsePath(text)).toEqual(keys)
  })

  it.each([
    '',
    '.',
    '.a',
    'a.',
    'a..b',
    'a[',
    'a[]',
    'a[-1]',
    'a[01]',
    'a[b]',
    'a["b]',
    'a["b"]c',
    'a]b',
    'a"b"',
    '["\\x"]',
  ])('%j is none', (text) => {
    expect(parsePath(text)).toBeUndefined()
  })

  it('that was written out is read as the same keys', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('0', '17', '007', 'a.b', '"', "'", ']', '\\', ''),
    )
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (keys) => {
        expect(parsePath(formatPath(keys))).toEqual(keys)
      }),
    )
  })
})
