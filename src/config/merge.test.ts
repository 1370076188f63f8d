import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merged, valueAt } from './merge.ts'
import { readSettings } from './read.ts'
import { substituteVariables } from './variables.ts'

describe('two files as one', () => {
  it('have the keys of both, the upper one counting where both have one', () => {
    const both = merged({ a: { b: 1, c: 2 }, d: 3 }, { a: { c: 4, e: 5 }, f: 6 })
    expect(plain(both)).toEqual({ a: { b: 1, c: 4, e: 5 }, d: 3, f: 6 })
  })

  it('have the upper list, the upper scalar and the upper null in the place of what stood below', () => {
    expect(plain(merged({ a: [1, 2] }, { a: [3] }))).toEqual({ a: [3] })
    expect(plain(merged({ a: [1, 2] }, { a: [] }))).toEqual({ a: [] })
    expect(plain(merged({ a: { b: 1 } }, { a: 'x' }))).toEqual({ a: 'x' })
    expect(plain(merged({ a: 'x' }, { a: { b: 1 } }))).toEqual({ a: { b: 1 } })
    expect(plain(merged({ a: { b: 1 } }, { a: null }))).toEqual({ a: null })
  })

  it('are the lower one where there is no upper one', () => {
    expect(merged({ a: 1 }, undefined)).toEqual({ a: 1 })
  })
})

describe('a value at a path', () => {
  const root = { list: [{ id: 'a' }, { id: 'b' }], text: 'abc', none: null }

  it('is found by keys and list positions', () => {
    expect(valueAt(root, ['list', '1', 'id'])).toBe('b')
    expect(valueAt(root, [])).toBe(root)
    expect(valueAt(root, ['none'])).toBeNull()
  })

  it('is not found in what is no value of the file', () => {
    for (const path of ['list.2', 'list.length', 'list.-1', 'list.01', 'text.length', 'text.0', 'none.x', 'toString']) {
      expect(valueAt(root, path.split('.'))).toBeUndefined()
    }
    expect(valueAt(root, ['__proto__', 'toString'])).toBeUndefined()
  })
})

it('changes no prototype, whatever keys stand in the files', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  fc.assert(
    fc.property(jsonTexts, jsonTexts, (lowerText, upperText) => {
      const [lower, upper] = [JSON.parse(lowerText), JSON.parse(upperText)]
      const both = merged(lower, upper)
      const { value } = substituteVariables(both, { X: 'x' })
      for (const root of [both, value]) expect(strangePrototypes(root)).toEqual([])
      const read = readSettings({ lower, upper }, { X: 'x' })
      if (read.kind === 'ok') expect(strangePrototypes(read.values)).toEqual([])
    }),
    { numRuns: 1_000 },
  )
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

it('keeps a key named __proto__ as a key like any other', () => {
  const both = merged(JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"b":2}}'))
  expect(JSON.stringify(both)).toBe('{"__proto__":{"a":1,"b":2}}')
})

it('finds no login, no dialect and no alias in the names that every object has', () => {
  const read = readSettings(
    {
      upper: JSON.parse(`{
        "models": { "providers": { "x": { "api": "constructor" } } },
        "auth": { "profiles": { "constructor:default": { "provider": "constructor", "mode": "oauth" } } }
      }`),
      lower: undefined,
    },
    {},
  )
  if (read.kind !== 'ok') throw new Error(String(read.wrong))
  expect(read.settings.providers.get('x')).toMatchObject({ unknownApi: 'constructor' })
  expect(read.settings.providers.get('x')?.dialect).toBeUndefined()
  expect(read.settings.profiles.get('constructor:default')?.credential).toBeUndefined()
})

/** JSON texts with the keys that have meant trouble, beside keys that lead into the schema. */
const { tree: jsonTexts } = fc.letrec<{ tree: string; value: string }>((tie) => {
  const key = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'polluted',
    'models',
    'providers',
    'auth',
    'profiles',
    'provider',
    'agents',
    'list',
  )
  const scalar = fc.constantFrom('1', 'null', 'true', '"${X}"', '"__proto__"', '"text"')
  const object = fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`)
  const list = fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`)
  return { tree: object, value: fc.oneof({ depthSize: 'medium' }, scalar, object, list) }
})

function strangePrototypes(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const prototype: unknown = Object.getPrototypeOf(value)
  const usual = Array.isArray(value)
    ? prototype === Array.prototype
    : prototype === null || prototype === Object.prototype
  return [...(usual ? [] : [value]), ...Object.values(value).flatMap(strangePrototypes)]
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
