/** Lines of a text, seen from an offset. */

export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The splices do not overlap; of two at one place the earlier in the list stands first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = ''
  let copied = 0
  for (const splice of splices.toSorted((left, right) => left.start - right.start)) {
    result += text.slice(copied, splice.start) + splice.text
    copied = splice.end
  }
  return result + text.slice(copied)
}

/** Both count from 1; the column counts UTF-16 units, as editors do. */
export interface Place {
  readonly line: number
  readonly column: number
}

export function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

export function hasLineBreak(text: string): boolean {
  return /[\n\r\u2028\u2029]/.test(text)
}

export function lineStart(text: string, offset: number): number {
  let start = offset
  while (start > 0 && !hasLineBreak(text.charAt(start - 1))) start--
  return start
}

/** The tabs and spaces that the offset's line begins with. */
export function indentOf(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return /^\uFEFF?([\t ]*)/.exec(text.slice(start, offset))?.[1] ?? ''
}

/** Whether only white space stands before the offset on its line. */
export function standsFirst(text: string, offset: number): boolean {
  return isWhite(text.slice(lineStart(text, offset), offset))
}

export function isWhite(text: string): boolean {
  return /^\s*$/.test(text)
}

/** The line end in use near the offset: the last one before it, else the first one after it. */
export function lineEndNear(text: string, offset: number): string {
  return (
    text
      .slice(0, offset)
      .match(/\r\n|\n|\r/g)
      ?.at(-1) ??
    /\r\n|\n|\r/.exec(text.slice(offset))?.[0] ??
    '\n'
  )
}

/** Where the white space that begins at the offset ends, its line break left out. */
export function spaceEnd(text: string, offset: number): number {
  let end = offset
  while (end < text.length && isWhite(text.charAt(end)) && !hasLineBreak(text.charAt(end))) end++
  return end
}

/** Where the white space that ends at the offset begins, its line break left out. */
export function spaceStart(text: string, offset: number): number {
  let start = offset
  while (start > 0 && isWhite(text.charAt(start - 1)) && !hasLineBreak(text.charAt(start - 1))) start--
  return start
}

/** The offset after the line break that stands at the offset, or the offset where none stands. */
export function afterLineBreak(text: string, offset: number): number {
  if (text.startsWith('\r\n', offset)) return offset + 2
  return offset < text.length && hasLineBreak(text.charAt(offset)) ? offset + 1 : offset
}
