/** What goes with a member or element that is removed. */
import type { Child, Container } from './json5-tree.ts'
import {
  afterLineBreak,
  hasLineBreak,
  isWhite,
  lineStart,
  spaceEnd,
  spaceStart,
  standsFirst,
  type Splice,
} from './text-lines.ts'

/** The child with its comma, the comments behind it on its line, and its line when nothing else stands there. */
export function removal(text: string, container: Container, child: Child): readonly Splice[] {
  const end = ownEnd(text, child)
  const inner = { start: container.start + 1, end: container.end - 1 }
  // Nothing is left: the brackets close up.
  if (isWhite(text.slice(inner.start, child.start)) && isWhite(text.slice(end, inner.end)))
    return [cut(inner.start, inner.end)]
  const removed = [cut(...spaceAround(text, { start: child.start, end }))]
  if (child.comma !== undefined) {
    // A comma on a later line than its member.
    if (child.comma.start >= end) removed.push(cut(child.comma.start, spaceEnd(text, child.comma.end)))
    return removed
  }
  // Else the comma before would become a trailing one, which a plain JSON reader does not take.
  const previous = container.children[container.children.indexOf(child) - 1]
  if (previous?.comma !== undefined) removed.push(cut(previous.comma.start, previous.comma.end))
  return removed
}

function ownEnd(text: string, child: Child): number {
  let end = child.end
  let afterComma = child.end
  for (const mark of child.after) {
    if (hasLineBreak(text.slice(end, mark.end))) break
    end = mark.end
    if (mark === child.comma) afterComma = end
  }
  // With something else behind it on the line, a comment after the comma belongs to that.
  return endsLine(text, end) ? end : afterComma
}

function spaceAround(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  const opens = standsFirst(text, start)
  if (endsLine(text, end)) {
    if (opens) return [lineStart(text, start), afterLineBreak(text, spaceEnd(text, end))] as const
    return [spaceStart(text, start), end] as const
  }
  const followed = opens || text.charAt(end - 1) === ','
  return followed ? ([start, spaceEnd(text, end)] as const) : ([spaceStart(text, start), end] as const)
}

function endsLine(text: string, offset: number): boolean {
  return hasLineBreak(text.charAt(spaceEnd(text, offset)))
}

function cut(start: number, end: number): Splice {
  return { start, end, text: '' }
}
