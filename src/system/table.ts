/** Rows of text in aligned columns, one line a row. */
import widthOf from 'fast-string-width'
import { stripControls } from './controls.ts'

export { stripControls }

export interface TableOptions {
  /** Columns of the screen; undefined = nothing is cut. */
  readonly width?: number | undefined
  /** The first row holds titles: no column becomes narrower than its title. */
  readonly head?: boolean
  /** Adds colours to a cell that has been measured and cut. */
  readonly paint?: (text: string, place: { readonly row: number; readonly column: number }) => string
}

const GAP = 2

/**
 * Characters are as wide as terminals show them (中 = 2). Where the screen is too narrow, the widest column is cut
 * with `…`, never the first one. Escape sequences and control characters in the cells are taken out.
 */
export function renderTable(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const cells = rows.map((row) => row.map(stripControls))
  const widths = fit(naturalWidths(cells), options, options.head ? (cells[0] ?? []).map((title) => widthOf(title)) : [])
  return cells.map((row, index) => renderRow(row, widths, index, options.paint)).join('\n')
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))
  }
  return widths
}

/** Takes from the widest column what is too much, level by level, so that no other is cut before it need be. */
function fit(natural: readonly number[], { width }: TableOptions, titles: readonly number[]): number[] {
  const widths = [...natural]
  if (width === undefined) return widths
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP * (widths.length - 1) - width
  while (excess > 0) {
    const spare = widths.map((one, column) => (column > 0 && one > Math.max(1, titles[column] ?? 0) ? one : 0))
    const widest = Math.max(0, ...spare)
    if (widest === 0) break
    const column = spare.indexOf(widest)
    const next = Math.max(1, titles[column] ?? 0, ...spare.filter((one) => one < widest))
    const taken = Math.min(excess, Math.max(1, widest - next))
    widths[column] = widest - taken
    excess -= taken
  }
  return widths
}

function renderRow(
  row: readonly string[],
  widths: readonly number[],
  index: number,
  paint: NonNullable<TableOptions['paint']> = (text) => text,
): string {
  const last = row.findLastIndex((cell) => cell !== '')
  return row
    .slice(0, last + 1)
    .map((cell, column) => {
      const text = cut(cell, widths[column] ?? Infinity)
      const padding = column === last ? 0 : (widths[column] ?? 0) - widthOf(text) + GAP
      return (text && paint(text, { row: index, column })) + ' '.repeat(padding)
    })
    .join('')
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let left = width - 1
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    left -= widthOf(segment)
    if (left < 0) break
    kept += segment
  }
  return `${kept}…`
}
