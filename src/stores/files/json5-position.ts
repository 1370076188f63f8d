/** The line and column of a value in a JSON5 text. */
import { isBlankJson5 } from './json5-parse.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'
import { followed } from './json5-tree.ts'
import { placeOf, type Place } from './text-lines.ts'

const top: Place = { line: 1, column: 1 }

/** Where the path leads nowhere, the place of the nearest thing around it. A text nobody can edit has one place, its top. */
export function positionOf(text: string, path: readonly string[]): Place {
  if (isBlankJson5(text)) return top
  try {
    const { root, children } = followed(text, path)
    return placeOf(text, (children.at(-1)?.value ?? root).start)
  } catch (error) {
    if (error instanceof Json5SyntaxError) return top
    throw error
  }
}
