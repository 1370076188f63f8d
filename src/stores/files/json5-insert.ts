/** Where a new member or element goes, behind the last one. */
import type { Container, Span } from './json5-tree.ts'
import type { Style } from './json5-style.ts'
import { hasLineBreak, indentOf, standsFirst, type Splice } from './text-lines.ts'

export interface Insertion {
  readonly container: Container
  /** Whether what holds the container has a line of its own, so that an empty container may be opened up. */
  readonly spacious: boolean
  readonly style: Style
  /** The new child's text; `indent` undefined: it has to stay on one line. */
  readonly print: (indent: string | undefined) => string
}

export function insertion(text: string, wish: Insertion): readonly Splice[] {
  const { container, style, print } = wish
  const last = container.children.at(-1)
  if (last === undefined) return filling(text, wish)
  const trailing = last.comma !== undefined
  if (!standsFirst(text, last.start)) {
    if (!trailing) return [at(last.end, `,${style.gap}${print(undefined)}`)]
    return [at(last.comma.end, `${style.gap}${print(undefined)},`)]
  }
  const indent = indentOf(text, last.start)
  const place = pastOwnComments(text, last.comma?.end ?? last.end, last.after)
  const line = `${style.lineEnd}${indent}${print(indent)}`
  return trailing ? [at(place, `${line},`)] : [at(last.end, ','), at(place, line)]
}

/** The only white space that is touched is that before the closing bracket. */
function filling(text: string, { container, spacious, style, print }: Insertion): readonly Splice[] {
  const comment = container.comments.at(-1)
  const start = comment?.end ?? container.start + 1
  const end = container.end - 1
  if (spacious || hasLineBreak(text.slice(container.start, container.end))) {
    const outer = indentOf(text, container.start)
    const inner = outer + style.indentUnit
    const child = `${style.lineEnd}${inner}${print(inner)}${style.lineEnd}${outer}`
    return [{ start, end, text: child }]
  }
  const padding = container.kind === 'object' ? style.gap : ''
  return [{ start, end, text: `${padding}${print(undefined)}${padding}` }]
}

/** A comment that begins on the line belongs to what stands there. */
function pastOwnComments(text: string, from: number, marks: readonly Span[]): number {
  let place = from
  for (const mark of marks) {
    if (mark.start < place) continue
    if (hasLineBreak(text.slice(place, mark.start))) break
    place = mark.end
  }
  return place
}

function at(offset: number, text: string): Splice {
  return { start: offset, end: offset, text }
}
