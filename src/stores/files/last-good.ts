/** `<path>.last-good`: the text of a settings file that a gateway served by last, for a start while the file is broken. */
import type { LastGood } from '../../core/edit.ts'
import { textAt } from './file-text.ts'

export function lastGoodOf(path: string): LastGood {
  const beside = lastGoodPath(path)
  const read = (): string | undefined => {
    try {
      return textAt(beside)?.text
    } catch {
      return undefined // a copy that cannot be read is none
    }
  }
  return {
    read: async () => read(),
    async keep(text) {
      // Commands only look, and pay for no more.
      if (read() !== text) await (await import('./atomic-write.ts')).writeAtomic(beside, text)
    },
  }
}

/** As secret as the file itself; only we read it. */
export function lastGoodPath(path: string): string {
  return `${path}.last-good`
}
