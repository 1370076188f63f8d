/** Text broken into lines of a screen between its words. */
import * as fc from 'fast-check'
import widthOf from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { fold } from './fold.ts'

describe('a text on a narrow screen', () => {
  it('is broken between words, with the lines after the first indented', () => {
    expect(fold('Sign out: end a login at its server', 16, 2)).toEqual([
      'Sign out: end a',
      '  login at its',
      '  server',
    ])
  })

  it('keeps the margin that it has, on each line', () => {
    expect(fold('  a note of whose login', 12)).toEqual(['  a note of', '  whose', '  login'])
  })

  it('counts Chinese as two columns, and begins no line with a sign that ends a clause', () => {
    expect(fold('备注这是谁的登录；提供商不会告知', 18)).toEqual(['备注这是谁的登录；', '提供商不会告知'])
    expect(fold('备注这是谁的登录；提供商不会告知', 17)).toEqual(['备注这是谁的登', '录；提供商不会告', '知'])
    expect(fold('请设置“默认”（必填）', 8)).toEqual(['请设置', '“默认”', '（必填）'])
  })

  it('breaks no path, no address and no command', () => {
    const path = '/home/somebody/with/a/long/name/openclaw.json'
    expect(fold(`Saved in ${path} today`, 20)).toEqual(['Saved in', path, 'today'])
    expect(fold(`已保存到 ${path}。`, 20)).toEqual(['已保存到', `${path}。`])
    const command = 'openclaw models auth login --provider x --label "The office"'
    expect(fold(`Not the default yet: ${command}`, 30, 2)).toEqual(['Not the default yet:', `  ${command}`])
    expect(fold(`请登录：npx ${command}。`, 30)).toEqual(['请登录：', `npx ${command}。`])
  })

  it('breaks no path that stands alone and has blanks in it', () => {
    expect(fold('  /home/some body/openclaw.json', 12)).toEqual(['  /home/some body/openclaw.json'])
  })

  it('leaves a unit beside its number', () => {
    expect(fold('silence 30 s, stream 21600 s', 26)).toEqual(['silence 30 s, stream', '21600 s'])
  })

  it('loses nothing but blanks, and is wider than the screen only by a word of its own', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '中', '，', '（', '）', ' ', '7'), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (given, width) => {
        const lines = fold(given, width)
        expect(lines.join('').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''))
        for (const line of lines.filter((each) => widthOf(each.trim()) > width)) {
          expect(fold(line.trim(), width)).toEqual([line.trim()])
        }
      }),
    )
  })
})
