/** Rows of text in aligned columns. */
import * as fc from 'fast-check'
import widthOf from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { fold } from './fold.ts'
import { renderTable } from './table.ts'

describe('a table', () => {
  it('aligns its columns with two blanks between, and pads no last one', () => {
    const rows = [
      ['Model', 'State', 'Note'],
      ['qwen-portal/coder-model', 'ok', ''],
      ['a/b', 'resting', 'until 12:00'],
    ]
    expect(renderTable(rows)).toBe(
      [
        'Model                    State    Note',
        'qwen-portal/coder-model  ok',
        'a/b                      resting  until 12:00',
      ].join('\n'),
    )
  })

  it('counts Chinese and emoji as two columns', () => {
    expect(
      renderTable([
        ['模型', 'a'],
        ['x', 'b'],
        ['👩‍💻', 'c'],
      ]),
    ).toBe(['模型  a', 'x     b', '👩‍💻    c'].join('\n'))
  })

  it('folds the widest column to fit the screen, and cuts nothing', () => {
    const rows = [
      ['a-rather-long-model-name', 'ok', 'a note that is much too long for this screen'],
      ['b', 'resting', 'short'],
    ]
    expect(renderTable(rows, { width: 60 })).toBe(
      [
        'a-rather-long-model-name  ok       a note that is much too',
        '                                   long for this screen',
        'b                         resting  short',
      ].join('\n'),
    )
  })

  it('puts what is too long for the first column above the rest of its row', () => {
    const rows = [
      ['Model', 'Takes', 'Tags'],
      ['provider/a-model-with-a-long-name', 'text', 'default'],
      ['p/m', 'text', 'alias:much-too-long'],
    ]
    expect(renderTable(rows, { width: 46, head: true })).toBe(
      [
        'Model               Takes  Tags',
        'provider/a-model-with-a-long-name',
        '                    text   default',
        'p/m                 text   alias:much-too-long',
      ].join('\n'),
    )
  })

  it('writes a block a row where the columns have no room, each value by its title', () => {
    const rows = [
      ['Model', 'Takes', 'Tags'],
      ['provider/a-model-with-a-long-name', 'text, pictures', 'default, alias:quite-a-long-one'],
      ['p/m', 'text', '-'],
    ]
    expect(renderTable(rows, { width: 34, head: true, none: '-' })).toBe(
      [
        'provider/a-model-with-a-long-name',
        '  Takes: text, pictures',
        '  Tags: default,',
        '    alias:quite-a-long-one',
        'p/m',
        '  Takes: text',
      ].join('\n'),
    )
    const labelled = (name: string, value: string): string => `${name}：${value}`
    expect(renderTable([['模型'], ['很长的名称很长的名称', '值']], { width: 10, labelled })).toBe(
      ['模型', '很长的名称', '  很长的名', '  称', '  值'].join('\n'),
    )
  })

  it('names the values of a block by titles that the columns do not show', () => {
    const rows = [['provider:a-login-with-a-long-name', 'ok']]
    const titles = ['Login', 'State']
    expect(renderTable(rows, { titles })).toBe('provider:a-login-with-a-long-name  ok')
    expect(renderTable([[...(rows[0] ?? []), 'quite a long sentence']], { titles, width: 24 })).toBe(
      ['provider:a-login-with-a-long-name', '  State: ok', '  quite a long sentence'].join('\n'),
    )
  })

  it('folds values beside their names, and puts a path that has no room there below its name', () => {
    const rows = [
      ['Settings', '/home/somebody/.openclaw/openclaw.json'],
      ['Deadlines', 'connect 5 s, first event 60 s, answer 300 s'],
    ]
    expect(renderTable(rows, { width: 36, fields: true })).toBe(
      [
        'Settings',
        '  /home/somebody/.openclaw/openclaw.json',
        'Deadlines  connect 5 s, first event',
        '           60 s, answer 300 s',
      ].join('\n'),
    )
    expect(renderTable(rows, { width: 24, fields: true })).toBe(
      [
        'Settings:',
        '  /home/somebody/.openclaw/openclaw.json',
        'Deadlines: connect 5 s,',
        '  first event 60 s,',
        '  answer 300 s',
      ].join('\n'),
    )
  })

  it('makes one line of each row, whatever is in its cells', () => {
    const table = renderTable([
      ['a\nb', '\u001b[31mred\u001b[0m'],
      ['c', 'd\u001b]0;title\u0007'],
    ])
    expect(table).toBe('a b  red\nc    d')
  })

  it('may be empty, or ragged', () => {
    expect(renderTable([])).toBe('')
    expect(renderTable([['a'], ['b', 'c'], []])).toBe('a\nb  c\n')
  })

  it('fits every screen, but for a word that is wider by itself', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '中', '，', '（', '/', ' '), maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 120 }),
        fc.boolean(),
        (rows, width, head) => {
          const lines = renderTable(rows, { head, width }).split('\n')
          for (const line of lines.filter((each) => widthOf(each) > width)) {
            const words = line.trim()
            expect(widthOf(words) > width - 6 && fold(words, 1).length === 1 ? '' : line).toBe('')
          }
        },
      ),
    )
  })
})
