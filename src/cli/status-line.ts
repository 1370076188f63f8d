/** A line on stderr that is written over while work goes on; silent where nobody watches. */
import widthOf from 'fast-string-width'
import { stderr } from '../system/outlets.ts'

export interface StatusLine {
  readonly show: (text: string) => void
  readonly clear: () => void
}

/** `place` is stderr, as a screen. */
export function statusLine(watched: boolean, place: Pick<typeof stderr, 'screen' | 'write'> = stderr): StatusLine {
  let rows = 0
  // A narrow screen has broken it over several.
  const erased = (): string => (rows === 0 ? '' : `\r\u001B[2K${'\u001B[1A\u001B[2K'.repeat(rows - 1)}`)
  return {
    show(text) {
      if (!watched) return
      place.write(`${erased()}${text}`)
      rows = Math.max(1, Math.ceil(widthOf(text) / (place.screen.columns || Infinity)))
    },
    clear() {
      if (rows > 0) place.write(erased())
      rows = 0
    },
  }
}
