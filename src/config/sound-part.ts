/** What of both files can be read, the places that are wrong left out. */
import { valueAt } from './merge.ts'
import type { FileValues } from './problem.ts'
import { readSettings } from './read.ts'

/** Copies; the values that are given stay as they are. */
export function soundPart(files: FileValues, environment: Readonly<Record<string, string | undefined>>): FileValues {
  const left = structuredClone({ upper: files.upper, lower: files.lower })
  for (;;) {
    const read = readSettings(left, environment)
    if (read.kind === 'ok') return left
    const place = nearestThere(left[read.in], read.path)
    if (place.length === 0) left[read.in] = undefined
    else remove(left[read.in], place)
  }
}

/** What is missing stands nowhere: then the thing around it is at fault. */
function nearestThere(root: unknown, path: readonly string[]): readonly string[] {
  let there = path
  while (there.length > 0 && valueAt(root, there) === undefined) there = there.slice(0, -1)
  return there
}

function remove(root: unknown, path: readonly string[]): void {
  const parent = valueAt(root, path.slice(0, -1))
  const key = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete (parent as Record<string, unknown>)[key]
}
