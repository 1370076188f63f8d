import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topLevelMembers, type MembersOrFault } from './json-members.ts'

const membersOf = (text: string): MembersOrFault => topLevelMembers(Buffer.from(text))
const faultOf = (text: string): string => {
  const found = membersOf(text)
  return found.kind === 'fault' ? found.fault : 'none'
}

/** Any object without the keys that are refused. */
const anyObject = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 5 }))
  .filter((object) => !['__proto__', 'constructor', 'prototype'].some((key) => Object.hasOwn(object, key)))
const anyIndent = fc.constantFrom(undefined, 1, '\t', '\r\n ')

describe('the members of a JSON object', () => {
  it('are those that JSON.parse finds, each with its value in its place', () => {
    fc.assert(
      fc.property(anyObject, anyIndent, (object, indent) => {
        const body = Buffer.from(JSON.stringify(object, undefined, indent).replaceAll('\n', '\r\n'))
        const found = topLevelMembers(body)
        if (found.kind === 'fault') throw new Error(found.fault)
        const read = found.members.map(({ key, valueStart, valueEnd }) => [
          key,
          JSON.parse(body.subarray(valueStart, valueEnd).toString()),
        ])
        expect(read).toEqual(Object.entries(JSON.parse(body.toString())))
      }),
    )
  })

  it('have their keys unescaped', () => {
    expect(membersOf('{"mod\\u0065l":1}')).toMatchObject({ members: [{ key: 'model' }] })
    expect(membersOf('{"a\\\\":1,"b\\"":2}')).toMatchObject({ members: [{ key: 'a\\' }, { key: 'b"' }] })
  })

  it('are found behind strings that end in backslashes or hold brackets', () => {
    const text = '{"a":"x\\\\","b":["\\"]}"],"c":{"d":"}"},"e":-0.5e400}'
    expect(membersOf(text)).toMatchObject({ members: [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'e' }] })
  })
})

describe('a body that is refused before it is parsed', () => {
  it('names a key twice, whichever way it is spelled', () => {
    expect(membersOf('{"model":"a/b","mod\\u0065l":"c/d"}')).toEqual({
      kind: 'fault',
      fault: 'duplicate-key',
      key: 'model',
    })
  })

  it('reaches for a prototype', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', '__pr\\u006fto__']) {
      expect(faultOf(`{"${key}":1}`)).toBe('forbidden-key')
    }
    expect(faultOf('{"tools":[{"properties":{"constructor":{}}}]}')).toBe('none')
  })

  it('is nested deeper than 64 levels, anywhere', () => {
    const nested = (depth: number): string => `{"a":1,"b":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(faultOf(nested(64))).toBe('none')
    expect(faultOf(nested(65))).toBe('too-deep')
    expect(faultOf(`{"a":${'{"a":'.repeat(200_000)}`)).toBe('too-deep')
  })

  it('has more than 10,000 keys', () => {
    const wide = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"${index}":0`).join()}}`
    expect(faultOf(wide(10_000))).toBe('none')
    expect(faultOf(wide(10_001))).toBe('too-many-keys')
  })

  it('is no object, no UTF-8, or begins with a mark', () => {
    expect(faultOf('[1]')).toBe('not-an-object')
    expect(faultOf('"a"')).toBe('not-an-object')
    expect(faultOf('  ')).toBe('not-json')
    expect(faultOf('\uFEFF{}')).toBe('byte-order-mark')
    expect(topLevelMembers(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({
      fault: 'not-utf8',
    })
  })

  it('is broken at any place', () => {
    const whole = '{"model":"a\\"b","n":[1,{"x":"]"}],"z":true}'
    for (let length = 0; length < whole.length; length += 1) expect(faultOf(whole.slice(0, length))).toBe('not-json')
    for (const text of ['{"a":}', '{,}', '{"a":1,}', '{"a" 1}', '{a:1}', '{"a":1}x', '{"\\x":1}']) {
      expect(faultOf(text)).toBe('not-json')
    }
  })
})

it('never throws and finds no member in bytes that are no object', () => {
  const jsonish = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' ', '\u0000'), {
    maxLength: 24,
  })
  fc.assert(
    fc.property(jsonish, (signs) => {
      const text = signs.join('')
      const found = membersOf(text)
      let isObject = true
      try {
        JSON.parse(text)
      } catch {
        isObject = false
      }
      if (isObject && text.trim().startsWith('{') && found.kind === 'fault') {
        expect(['duplicate-key', 'forbidden-key']).toContain(found.fault)
      }
    }),
    { numRuns: 5_000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void topLevelMembers(bytes)))
})
