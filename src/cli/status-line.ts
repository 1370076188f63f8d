/** A line on stderr that is written over while work goes on; silent where nobody watches. */
export interface StatusLine {
  readonly show: (text: string) => void
  readonly clear: () => void
}

export function statusLine(watched: boolean): StatusLine {
  let shown = false
  return {
    show(text) {
      if (!watched) return
      process.stderr.write(`\r\u001B[2K${text}`)
      shown = true
    },
    clear() {
      if (shown) process.stderr.write('\r\u001B[2K')
      shown = false
    },
  }
}
