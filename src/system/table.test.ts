/** Rows of text in aligned columns. */
import * as fc from 'fast-check'
import widthOf from 'fast-string-width'
import { describe, expect, it } from 'vitest'
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

  it('cuts the widest column to fit the screen, never the first', () => {
    const rows = [
      ['a-rather-long-model-name', 'ok', 'a note that is much too long for this screen'],
      ['b', 'resting', 'short'],
    ]
    expect(renderTable(rows, { width: 50 })).toBe(
      ['a-rather-long-model-name  ok       a note that is…', 'b                         resting  short'].join('\n'),
    )
    expect(renderTable(rows, { width: 10 }).split('\n')[0]).toBe('a-rather-long-model-name  …  …')
  })

  it('makes no column narrower than its title', () => {
    const rows = [
      ['Id', 'Description'],
      ['x', 'a text that is much longer than its title'],
    ]
    expect(renderTable(rows, { width: 6, head: true })).toBe('Id  Description\nx   a text tha…')
  })

  it('cuts between characters, also wide ones and joined ones', () => {
    expect(renderTable([['x', '通义千问大模型']], { width: 9 })).toBe('x  通义…')
    expect(renderTable([['x', '👩‍💻👩‍💻👩‍💻👩‍💻']], { width: 8 })).toBe('x  👩‍💻👩‍💻…')
  })

  it('makes one line of each row, whatever is in its cells', () => {
    const table = renderTable([
      ['a\nb', '\u001b[31mred\u001b[0m'],
      ['c', 'd\u001b]0;title\u0007'],
    ])
    expect(table).toBe('a b  red\nc    d')
  })

  it('colours a cell after it was measured', () => {
    const paint = (text: string, place: { column: number }): string => (place.column === 1 ? `<${text}>` : text)
    expect(
      renderTable(
        [
          ['a', 'ok', 'x'],
          ['b', 'gone', 'y'],
        ],
        { paint },
      ),
    ).toBe('a  <ok>    x\nb  <gone>  y')
  })

  it('may be empty, or ragged', () => {
    expect(renderTable([])).toBe('')
    expect(renderTable([['a'], ['b', 'c'], []])).toBe('a\nb  c\n')
  })

  it('fits every screen that is wide enough for its first column', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 120 }),
        (rows, width) => {
          const lines = renderTable(rows, { width }).split('\n')
          expect(lines).toHaveLength(Math.max(1, rows.length))
          const narrowest = Math.max(0, ...rows.map((row) => widthOf(renderTable([row.slice(0, 1)])))) + 3 * 4
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, narrowest))
        },
      ),
    )
  })
})
