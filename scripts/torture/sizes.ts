/** How many cases of a row are run at which level. */
import { ROWS, sizeOf, type RowId } from '../../test/catalogue/sizes.ts'

export const LEVELS = ['pr', 'nightly', 'release'] as const
export type Level = (typeof LEVELS)[number]

/** What `npm test` runs, a tenth of the catalogue's figure, and the whole of it. */
export function sizeAt(id: RowId, level: Level): number {
  const { figure } = ROWS[id]
  if (level === 'pr') return sizeOf(id)
  return level === 'release' ? figure : Math.max(sizeOf(id), Math.ceil(figure / 10))
}
