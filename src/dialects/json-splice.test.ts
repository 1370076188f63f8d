import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topLevelMembers } from './json-members.ts'
import { splice, type MemberChanges } from './json-splice.ts'

describe('a splice', () => {
  it('replaces a value and leaves every other byte', () => {
    const text = '{\r\n  "model" : "auto",\n  "x": 1e400, "y":-0, "z":[ 9007199254740993, "\\ud800 é" ]  }\n'
    expect(spliced(text, { set: { model: '"a/b"' } })).toBe(text.replace('"auto"', '"a/b"'))
  })

  it('does not mistake a nested field for a top-level one', () => {
    const text = '{"messages":[{"model":"x","content":"\\"model\\":\\"y\\""}],"model":"z"}'
    expect(spliced(text, { set: { model: '"w"' } })).toBe(text.replace('"z"', '"w"'))
  })

  it('drops a field with one comma, wherever it stands', () => {
    const text = '{ "a":1, "b":2 ,"c":3 }'
    expect(spliced(text, { drop: ['a'] })).toBe('{ "b":2 ,"c":3 }')
    expect(spliced(text, { drop: ['b'] })).toBe('{ "a":1 ,"c":3 }')
    expect(spliced(text, { drop: ['c'] })).toBe('{ "a":1, "b":2 }')
    expect(spliced(text, { drop: ['a', 'b'] })).toBe('{ "c":3 }')
    expect(spliced(text, { drop: ['b', 'c'] })).toBe('{ "a":1 }')
    expect(spliced(text, { drop: ['a', 'b', 'c'] })).toBe('{  }')
    expect(spliced(text, { drop: ['absent'] })).toBe(text)
  })

  it('adds a field that is not there', () => {
    expect(spliced('{"a":1 }', { set: { b: '2', toString: '3' } })).toBe('{"a":1,"b":2,"toString":3 }')
    expect(spliced('{ }', { set: { b: '2' } })).toBe('{"b":2 }')
    expect(spliced('{"a":1}', { set: { b: '2' }, drop: ['a'] })).toBe('{"b":2}')
  })

  it('comes to the same as changing the parsed object', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'toString')
    const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }))
    const values = fc.dictionary(key, fc.jsonValue({ maxDepth: 1 }))
    fc.assert(
      fc.property(object, values, fc.array(key), (before, changed, drop) => {
        const set = Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, JSON.stringify(value)]))
        const after = JSON.parse(spliced(JSON.stringify(before, undefined, 1), { set, drop }))
        const kept = Object.entries(before).filter(([name]) => !drop.some((dropped) => dropped === name))
        expect(after).toEqual(JSON.parse(JSON.stringify({ ...Object.fromEntries(kept), ...changed })))
      }),
    )
  })
})

function spliced(text: string, changes: MemberChanges): string {
  const body = Buffer.from(text)
  const found = topLevelMembers(body)
  if (found.kind === 'fault') throw new Error(found.fault)
  return splice(body, found.members, changes).toString()
}
