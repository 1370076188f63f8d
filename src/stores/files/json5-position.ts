/** Lines and columns of things in a JSON5 text. */
import { isBlankJson5 } from './json5-parse.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'
import { followed, type Container } from './json5-tree.ts'
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

/** A key that stands twice in one object: the later one, and where the earlier is. */
export interface DoubledKey extends Place {
  readonly path: readonly string[]
  readonly before: Place
}

export function doubledKeys(text: string): readonly DoubledKey[] {
  const found: DoubledKey[] = []
  const walk = (node: Container, path: readonly string[]): void => {
    const seen = new Map<string, number>()
    for (const [at, { key, value }] of node.children.entries()) {
      const below = [...path, key?.name ?? String(at)]
      if (key) {
        const before = seen.get(key.name)
        if (before !== undefined)
          found.push({ path: below, ...placeOf(text, key.start), before: placeOf(text, before) })
        seen.set(key.name, key.start)
      }
      if (value.kind !== 'scalar') walk(value, below)
    }
  }
  try {
    const { root } = isBlankJson5(text) ? { root: undefined } : followed(text, [])
    if (root && root.kind !== 'scalar') walk(root, [])
  } catch (error) {
    // The few texts that the editor cannot read: nothing is said of them here.
    if (!(error instanceof Json5SyntaxError)) throw error
  }
  return found
}
