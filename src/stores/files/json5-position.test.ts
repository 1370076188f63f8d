/** Places that an editor can jump to. */
import { describe, expect, it } from 'vitest'
import { positionOf } from './json5-position.ts'

const text =
  '// settings\r\n{\r\n  gateway: { port: "x" },\r\n  agents: {\r\n    list: [\r\n      { id: 1 },\r\n    ],\r\n  },\r\n}\r\n'

describe('the position of a setting', () => {
  it('is that of its value, through objects and lists', () => {
    expect(positionOf(text, ['gateway', 'port'])).toEqual({ line: 3, column: 20 })
    expect(positionOf(text, ['agents', 'list', '0', 'id'])).toEqual({ line: 6, column: 13 })
  })

  it('is that of the last where a key stands twice', () => {
    expect(positionOf('{ a: 1,\n a: 2 }', ['a'])).toEqual({ line: 2, column: 5 })
  })

  it('is that of what surrounds it where it is missing', () => {
    expect(positionOf(text, ['gateway', 'host'])).toEqual({ line: 3, column: 12 })
    expect(positionOf(text, ['models'])).toEqual({ line: 2, column: 1 })
    expect(positionOf(text, [])).toEqual({ line: 2, column: 1 })
    expect(positionOf('// nothing yet\n', ['models'])).toEqual({ line: 1, column: 1 })
  })
})
