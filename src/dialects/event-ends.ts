/** Where the events of a stream of server-sent events end, in offsets of each chunk. */

/**
 * Called with each chunk in order; tells the offset after each blank line in it. Up to there a stream may be handed on
 * and cut without leaving half an event behind. Lines end with \n, \r\n or \r (HTML Living Standard, 9.2.5).
 */
export function eventEndFinder(): (text: string) => readonly number[] {
  let lineIsEmpty = true
  let afterReturn = false
  return (text) => {
    const ends: number[] = []
    if (text === '') return ends
    // The second half of a \r\n that was cut in two ends no line of its own.
    let lineStart = afterReturn && text.charCodeAt(0) === 0x0a ? 1 : 0
    const nextBreak = text.includes('\r') ? breakOfAnyKind : lineFeed
    for (let at = nextBreak(text, lineStart); at >= 0; at = nextBreak(text, lineStart)) {
      const isBlank = at === lineStart && lineIsEmpty
      lineStart = at + (text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1)
      lineIsEmpty = true
      if (isBlank) ends.push(lineStart)
    }
    if (lineStart < text.length) lineIsEmpty = false
    afterReturn = text.charCodeAt(text.length - 1) === 0x0d
    return ends
  }
}

function lineFeed(text: string, from: number): number {
  return text.indexOf('\n', from)
}

function breakOfAnyKind(text: string, from: number): number {
  const pattern = /[\r\n]/g
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? -1
}
