/** What is read, where a text breaks, what is said of it. */
import * as fc from 'fast-check'
import json5 from 'json5'
import { describe, expect, it } from 'vitest'
import { applyEdits } from './json5-edit.ts'
import { parseJson5 } from './json5-parse.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'

const anyValue = 'a value: text in quotes, a number, true, false, null, { or ['

function errorOf(read: () => unknown): Json5SyntaxError {
  try {
    read()
  } catch (error) {
    if (error instanceof Json5SyntaxError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('reading JSON5', () => {
  it('takes an empty text, or one of comments only, for an empty object', () => {
    for (const text of ['', '\uFEFF', ' \r\n', '// one\n/* two */', '/**/\u2028', '//'])
      expect(parseJson5(text)).toEqual({})
  })

  it('takes JSON for what the reference reader takes it for', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const shown = JSON.stringify(JSON.parse(text), null, indent)
        expect(parseJson5(shown)).toStrictEqual(json5.parse(shown))
      }),
    )
    for (const text of ['{"a":1,"a":2,"__proto__":{"b":-0}}', '[1e400, 0.1e1]'])
      expect(parseJson5(text)).toStrictEqual(json5.parse(text))
  })

  it('answers at once for a long text of comments that breaks at its end', () => {
    expect(() => parseJson5('/**/ //   \n'.repeat(5000) + '/*')).toThrow(Json5SyntaxError)
  })

  it('keeps __proto__ a key like any other', () => {
    const value = parseJson5('{ __proto__: { admin: true } }')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value).not.toHaveProperty('admin')
    expect(Object.keys(value ?? {})).toEqual(['__proto__'])
  })

  it.each([
    ['{ a 1 }', 1, 5, '1', 'a colon after the key'],
    ['{ a: }', 1, 6, '}', anyValue],
    ['{\r\n  a: 1,,\r\n}', 2, 8, 'a comma', 'a key or }'],
    ['{\n  a: 1\n  b: 2\n}', 3, 3, 'b', 'a comma or }'],
    ['{\n  a: [1, 2\n}', 3, 1, '}', 'a comma or ]'],
    ['[,]', 1, 2, 'a comma', 'a value or ]'],
    ['{ a: 1 } x', 1, 10, 'x', 'nothing more'],
    ['{\n  a: {\n    b: 1\n', 4, 1, 'the end of the text', 'a comma or } (the { of line 2 is still open)'],
    ['{ a: "b\n" }', 1, 8, 'the end of the line', 'a closing "'],
    ["{ a: 'b\r\n' }", 1, 8, 'the end of the line', "a closing '"],
    ["{ a: 'b", 1, 8, 'the end of the text', "a closing '"],
    ['{ a: "\\u12g4" }', 1, 11, 'g', 'an escape such as \\n, \\\\ or \\u4e2d'],
    ['{ qwen-portal: {} }', 1, 7, '-', 'a colon, or quotes around the whole key'],
    ['{ a: undefined }', 1, 6, 'undefined', anyValue],
    ['{ a: tru }', 1, 6, 'text without quotes', anyValue],
    ['{ a: 1.2.3 }', 1, 6, 'something that is not a number', anyValue],
    ['{ a: 0x }', 1, 6, 'something that is not a number', anyValue],
    ['/* one\n\n', 3, 1, 'the end of the text', '*/ for the comment that begins on line 1'],
    ['{ a: 1 / b }', 1, 9, 'a blank', 'a second / or a * (a comment)'],
    ['{ “a”: 1 }', 1, 3, 'a curly quote (“)', 'a key or }'],
    ['{ a：1 }', 1, 4, 'a full-width colon (：)', 'a colon, or quotes around the whole key'],
    ['{ a: true， b: 2 }', 1, 10, 'a full-width comma (，)', 'a comma or }'],
    ['{ a: "b" \u{1F600} }', 1, 10, '\u{1F600}', 'a comma or }'],
  ])('says of %j where it breaks, what was met, what was expected', (text, line, column, met, expected) => {
    const error = errorOf(() => parseJson5(text))
    expect(error).toMatchObject({ line, column, met, expected })
    expect(error.message).toBe(`line ${line}, column ${column}: met ${met}, expected ${expected}.`)
    expect(error.inFile('/a.json').message).toBe(`/a.json:${line}:${column}: met ${met}, expected ${expected}.`)
  })

  it('says of too many brackets inside each other where they are, and soon', () => {
    const place = { line: 1, column: 205, met: '[', expected: 'at most 200 brackets inside each other' }
    expect(errorOf(() => parseJson5(`{"a":${'['.repeat(100_000)}`))).toMatchObject(place)
    expect(errorOf(() => parseJson5(`{"a":${'['.repeat(3_000)}${']'.repeat(3_000)}}`))).toMatchObject(place)
    const flat = `{ a: [${'[], {}, "[[", /* [[ */ '.repeat(400)}], b: '${'['.repeat(400)}' }`
    expect(parseJson5(flat)).toHaveProperty('b')
  })

  it('never repeats a secret that stands without quotes', () => {
    expect(errorOf(() => parseJson5('{ apiKey: sk-abcdef123 }')).message).not.toContain('abcdef')
    expect(errorOf(() => parseJson5("{ apiKey: 'sk-abcdef123\n }")).message).not.toContain('abcdef')
  })

  it.each([
    ['{ a: -.5 }', 6, 'a sign before a point', 'a digit between the two'],
    ['{ true: 1 }', 3, 'this key without quotes', 'quotes around it'],
    ['{ \u{20000}: 1 }', 3, 'this key without quotes', 'quotes around it'],
  ])('says of %j, which it reads but cannot edit, what to change', (text, column, met, expected) => {
    expect(() => parseJson5(text)).not.toThrow()
    const error = errorOf(() => applyEdits(text, [{ kind: 'set', path: ['b'], value: 1 }]))
    expect(error).toMatchObject({ line: 1, column, met, expected })
  })
})
