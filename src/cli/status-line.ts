/** A line on stderr that is written over while work goes on; silent where nobody watches. */
import { stderr } from '../system/outlets.ts'

export interface StatusLine {
  readonly show: (text: string) => void
  readonly clear: () => void
}

export function statusLine(watched: boolean): StatusLine {
  let shown = false
  return {
    show(text) {
      if (!watched) return
      stderr.write(`\r\u001B[2K${text}`)
      shown = true
    },
    clear() {
      if (shown) stderr.write('\r\u001B[2K')
      shown = false
    },
  }
}
