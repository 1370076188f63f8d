/** How the neighbours of a place in a JSON5 text are written. */
import type { Child, Container } from './json5-tree.ts'
import { hasLineBreak, indentOf, isWhite, lineEndNear, standsFirst } from './text-lines.ts'

export type Quote = '"' | "'"

export interface Style {
  readonly lineEnd: string
  /** One level of indent. */
  readonly indentUnit: string
  readonly quote: Quote
  readonly keyQuote: Quote
  /** Whether keys that may stand without quotes do. */
  readonly bareKeys: boolean
  /** `:` with the white space behind it. */
  readonly colon: string
  /** White space after a comma, and inside braces, where all stands on one line. */
  readonly gap: string
}

/** `chain` leads from the root to the container of the place. */
export function styleAt(text: string, chain: readonly Container[]): Style {
  const nearest = chain.toReversed()
  const container = nearest[0]
  const keyQuote = firstOf(nearest, ({ children }) => quoteOfLast(text, children.map(keyStart)))
  const quote =
    firstOf(nearest, ({ children }) => quoteOfLast(text, children.flatMap(scalarStarts))) ??
    keyQuote ??
    quoteIn(text, chain)
  const colon = firstOf(nearest, ({ children }) => colonOf(text, children.at(-1))) ?? ': '
  return {
    lineEnd: lineEndNear(text, container?.end ?? text.length),
    indentUnit: firstOf(nearest, (one) => indentUnitOf(text, one)) ?? '  ',
    quote,
    keyQuote: keyQuote ?? quote,
    bareKeys: firstOf(nearest, ({ children }) => bareKeysIn(text, children)) ?? false,
    colon,
    gap: container === undefined ? ' ' : (gapOf(text, container) ?? (colon === ':' ? '' : ' ')),
  }
}

/** A key json5 and momoa both take without quotes. */
export function mayStandBare(key: string): boolean {
  return /^[A-Za-z_$\u4E00-\u9FA5][\w$\u4E00-\u9FA5]*$/.test(key) && !/^(?:true|false|null|NaN|Infinity)$/.test(key)
}

function firstOf<T, Found>(items: readonly T[], find: (item: T) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function keyStart({ key }: Child): number | undefined {
  return key?.start
}

/** Also looks into a list, whose strings are the neighbours of its own neighbours. */
function scalarStarts({ value }: Child): readonly number[] {
  if (value.kind === 'scalar') return [value.start]
  return value.kind === 'array' ? value.children.flatMap(scalarStarts) : []
}

function quoteOfLast(text: string, starts: readonly (number | undefined)[]): Quote | undefined {
  return firstOf(starts.toReversed(), (start) => (start === undefined ? undefined : quoteAt(text, start)))
}

function quoteAt(text: string, offset: number): Quote | undefined {
  const character = text.charAt(offset)
  return character === '"' || character === "'" ? character : undefined
}

function quoteIn(text: string, [root]: readonly Container[]): Quote {
  const anywhere = (container: Container): Quote | undefined =>
    quoteOfLast(
      text,
      container.children.flatMap((child) => [...scalarStarts(child), child.key?.start]),
    ) ?? firstOf(container.children, ({ value }) => (value.kind === 'scalar' ? undefined : anywhere(value)))
  return (root === undefined ? undefined : anywhere(root)) ?? '"'
}

/** Undefined where every key needs its quotes, or none is there: then it says nothing. */
function bareKeysIn(text: string, children: readonly Child[]): boolean | undefined {
  const telling = children.findLast(({ key }) => key !== undefined && mayStandBare(key.name))
  return telling?.key && quoteAt(text, telling.key.start) === undefined
}

function indentUnitOf(text: string, container: Container): string | undefined {
  const first = container.children.find(({ start }) => standsFirst(text, start))
  if (first === undefined) return undefined
  const outer = indentOf(text, container.start)
  const inner = indentOf(text, first.start)
  return inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : undefined
}

function colonOf(text: string, child: Child | undefined): string | undefined {
  if (child?.key === undefined) return undefined
  const between = /^:([\t ]*)$/.exec(text.slice(child.key.end, child.value.start))
  return between === null ? undefined : between[0]
}

function gapOf(text: string, { children }: Container): string | undefined {
  const [first, second] = children
  if (first?.comma === undefined || second === undefined) return undefined
  const gap = text.slice(first.comma.end, second.start)
  return isWhite(gap) && !hasLineBreak(gap) ? gap : undefined
}
