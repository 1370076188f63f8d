/** Which text of a file we wrote last, kept as notes in the state: known to all our processes. */
import type { OwnTexts } from '../../core/edit.ts'
import type { Notes } from '../../core/ports.ts'

export function ownTexts(notes: () => Promise<Notes>): OwnTexts {
  const key = (path: string): string => `own-text ${path}`
  return {
    lastHash: async (path) => (await notes()).get(key(path)),
    remember: async (path, hash) => (await notes()).put(key(path), hash),
  }
}
