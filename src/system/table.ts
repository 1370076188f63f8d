/** Rows of text in aligned columns; where the screen is too narrow for them, folded cells or a block a row. */
import widthOf from 'fast-string-width'
import { stripControls } from './controls.ts'
import { fold, widestWord } from './fold.ts'

export { stripControls }

export interface TableOptions {
  /** Columns of the screen; undefined = nothing is folded. */
  readonly width?: number | undefined
  /** The first row holds titles. */
  readonly head?: boolean
  /** Titles that only a block needs. */
  readonly titles?: readonly string[]
  /** Each row is a name and its value. */
  readonly fields?: boolean
  /** A name and its value on one line, where a row is written as a block. */
  readonly labelled?: (name: string, value: string) => string
  /** Stands for nothing; a block leaves it out. */
  readonly none?: string
}

const GAP = 2
const INDENT = 2
/** A sentence beside its name wants so much room; one of several columns is as a rule no sentence. */
const READABLE = 18
const NARROWEST = 9

type Rows = readonly (readonly string[])[]

/**
 * Characters are as wide as terminals show them (中 = 2). Nothing is cut: a word that is wider than the screen is the
 * terminal's to break, so that it can be copied. Escape sequences and control characters in the cells are taken out.
 */
export function renderTable(rows: Rows, options: TableOptions = {}): string {
  const cells = rows.map((row) => row.map(stripControls))
  const { width = Infinity } = options
  const natural = columnsOf(cells, widthOf)
  if (total(natural) <= width) return inLines(cells.map((row) => renderRow(row, natural)))
  if (options.fields) return inLines(fieldsWithin(cells, natural, width, options))
  const least = columnsOf(cells, (cell) => Math.max(widestWord(cell), Math.min(widthOf(cell), NARROWEST)))
  // What has no room in the first column stands above the rest of its row.
  least[0] = Math.min(natural[0] ?? 0, READABLE)
  if (total(least) > width) return inLines(blocks(cells, width, options))
  const widths = shrunk(natural, least, width)
  return inLines(cells.map((row) => foldedRow(row, widths)))
}

function inLines(rendered: readonly string[]): string {
  return rendered.join('\n')
}

function columnsOf(rows: Rows, measure: (cell: string) => number): number[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, measure(cell))
  }
  return widths
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP * Math.max(0, widths.length - 1)
}

/** Takes what is too much from the widest column that can give, so that as few as may be are folded. */
function shrunk(natural: readonly number[], least: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  for (let excess = total(widths) - width; excess > 0; excess -= 1) {
    const spare = widths.map((one, column) => (one > (least[column] ?? 0) ? one : 0))
    const widest = spare.indexOf(Math.max(...spare))
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const last = row.findLastIndex((cell) => cell !== '')
  return row
    .slice(0, last + 1)
    .map((cell, column) => cell + ' '.repeat(column === last ? 0 : (widths[column] ?? 0) - widthOf(cell) + GAP))
    .join('')
}

function foldedRow(row: readonly string[], widths: readonly number[]): string {
  const [first = '', ...others] = row
  if (widestWord(first) > (widths[0] ?? 0)) return inLines([first, foldedRow(['', ...others], widths)])
  const folded = row.map((cell, column) => fold(cell, widths[column] ?? Infinity))
  const height = Math.max(1, ...folded.map((lines) => lines.length))
  const lines = Array.from({ length: height }, (_, at) => folded.map((cell) => cell[at] ?? ''))
  return inLines(lines.map((line) => renderRow(line, widths)))
}

/** Values beside their names while there is room; one that has a wider word goes below its name. */
function fieldsWithin(rows: Rows, [names = 0]: readonly number[], width: number, options: TableOptions): string[] {
  const { labelled = plainly } = options
  const room = width - names - GAP
  const below = (name: string, value: string): string => {
    const margin = ' '.repeat((/^ */.exec(name)?.[0].length ?? 0) + INDENT)
    return inLines([name, ...fold(margin + value, width)])
  }
  if (room < READABLE) {
    return rows.map(([name = '', value = '']) => {
      const whole = name === '' ? value : labelled(name, value)
      if (widthOf(whole) > width && widestWord(value) === widthOf(value))
        return below(labelled(name, '').trimEnd(), value)
      return inLines(fold(whole, width, INDENT))
    })
  }
  return rows.map((row) => {
    const [name = '', value = ''] = row
    return widestWord(value) <= room ? foldedRow(row, [names, room]) : below(name, value)
  })
}

/** The first cell of a row, and below it the others, each with its title. */
function blocks(
  rows: Rows,
  width: number,
  { head = false, labelled = plainly, none, titles: unshown = [] }: TableOptions,
): readonly string[] {
  const titles = head ? (rows[0] ?? []) : unshown
  return rows.slice(head ? 1 : 0).map(([first = '', ...others]) => {
    const told = others.flatMap((cell, at) => {
      if (cell === '' || cell === none) return []
      const title = titles[at + 1] ?? ''
      return fold(' '.repeat(INDENT) + (title === '' ? cell : labelled(title, cell)), width, INDENT)
    })
    return inLines([...fold(first, width, INDENT), ...told])
  })
}

function plainly(name: string, value: string): string {
  return `${name}: ${value}`
}
