/** What there is of a path: what somebody looks at who may not write there. */
import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'

/** The nearest thing above a file that exists: a folder, or what stands in the place of one. */
export function nearestAbove(file: string): string {
  const above = dirname(file)
  if (above === file) return above
  try {
    lstatSync(above)
    return above
  } catch {
    return nearestAbove(above)
  }
}
