/** Tables and sentences as wide as the screen; whole where no screen is. */
import { fold } from '../system/fold.ts'
import { renderTable, stripControls, type TableOptions } from '../system/table.ts'
import type { Output } from './output.ts'

type Shape = 'rows' | 'titled' | 'fields'

/** `titled` = the first row holds the titles; `fields` = each row is a name and its value; `titles` are those of `rows` where they become blocks. */
export function tableLines(
  rows: readonly (readonly string[])[],
  shape: Shape,
  { width, words: { texts } }: Pick<Output, 'width' | 'words'>,
  titles: readonly string[] = [],
): readonly string[] {
  const { labelled, none } = texts
  const options: TableOptions = { width, head: shape === 'titled', fields: shape === 'fields', labelled, none, titles }
  return renderTable(rows, options).split('\n')
}

/** A sentence, with the lines after its first indented; names in it cannot command the terminal. */
export function proseLines(text: string, { width }: Pick<Output, 'width'>, indent = 2): readonly string[] {
  const harmless = stripControls(text)
  return width === undefined ? [harmless] : fold(harmless, width, indent)
}

/** For what is to be indented by so much. */
export function narrower(output: Output, by: number): Pick<Output, 'width' | 'words'> {
  const { width, words } = output
  return { words, width: width === undefined ? undefined : Math.max(1, width - by) }
}
