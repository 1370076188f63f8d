/** Where the things of a JSON5 text stand. */
import { parse, type Token, type ValueNode } from '@humanwhocodes/momoa'
import { syntaxErrorAt } from './json5-syntax-error.ts'
import { elementIndex } from './json5-value.ts'

/** A half-open range of offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

interface Scalar extends Span {
  readonly kind: 'scalar'
}

export interface Container extends Span {
  readonly kind: 'object' | 'array'
  /** Members or elements, in the order of the text; a key may stand twice. */
  readonly children: readonly Child[]
  /** The comments before the first child. */
  readonly comments: readonly Span[]
}

type TreeNode = Scalar | Container

/** A member with its key, or an element. */
export interface Child extends Span {
  readonly key: Key | undefined
  readonly value: TreeNode
  readonly comma: Span | undefined
  /** The comma and the comments from this child to the next one or to the closing bracket. */
  readonly after: readonly Span[]
}

interface Key extends Span {
  readonly name: string
}

/** How far a path leads. */
export interface Followed {
  readonly root: TreeNode
  /** The containers gone through; the last may not have had what the path names next. */
  readonly chain: readonly Container[]
  /** What the path's segments, as many as were found, name. */
  readonly children: readonly Child[]
}

/** Throws a Json5SyntaxError, also for the few texts that only json5 can read: see `json5-expected.ts`. */
export function followed(text: string, path: readonly string[]): Followed {
  const root = parseTree(text)
  const chain: Container[] = []
  const children: Child[] = []
  let node = root
  for (const segment of path) {
    if (node.kind === 'scalar') break
    chain.push(node)
    const child = childAt(node, segment)
    if (child === undefined) break
    children.push(child)
    node = child.value
  }
  return { root, chain, children }
}

/** Of a key that stands twice, the last, since that one counts. */
function childAt(container: Container, segment: string): Child | undefined {
  if (container.kind === 'array') return container.children[elementIndex(segment) ?? -1]
  return container.children.findLast(({ key }) => key?.name === segment)
}

function parseTree(text: string): TreeNode {
  const document = parseDocument(text)
  // A token's `range` is too short where a comment spans CRLF lines; its `loc` is right.
  const marks = (document.tokens ?? []).filter(({ type }) => /^(?:Comma|LineComment|BlockComment)$/.test(type))
  return treeOf(document.body, new Marks(marks))
}

function parseDocument(text: string) {
  try {
    return parse(text, { mode: 'json5', tokens: true })
  } catch (error) {
    if (error instanceof Error && 'offset' in error && typeof error.offset === 'number') {
      throw syntaxErrorAt(text, error.offset, error)
    }
    throw error
  }
}

/** Commas and comments, taken in the order of the text. */
class Marks {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  skipTo(offset: number): void {
    while (this.#before(offset) !== undefined) this.#next++
  }

  takeUntil(offset: number): { readonly spans: readonly Span[]; readonly comma: Span | undefined } {
    const spans: Span[] = []
    let comma: Span | undefined
    for (let token = this.#before(offset); token !== undefined; token = this.#before(offset)) {
      const span = spanOf(token)
      if (token.type === 'Comma') comma = span
      spans.push(span)
      this.#next++
    }
    return { spans, comma }
  }

  #before(offset: number): Token | undefined {
    const token = this.#tokens[this.#next]
    return token !== undefined && token.loc.start.offset < offset ? token : undefined
  }
}

function treeOf(node: ValueNode, marks: Marks): TreeNode {
  const span = spanOf(node)
  if (node.type !== 'Object' && node.type !== 'Array') return { kind: 'scalar', ...span }
  marks.skipTo(span.start)
  const parts = node.type === 'Object' ? node.members : node.elements
  const starts = [...parts.map((part) => spanOf(part.type === 'Member' ? part : part.value).start), span.end]
  const comments = marks.takeUntil(starts[0] ?? span.end).spans
  const children = parts.map((part, index): Child => {
    const value = treeOf(part.value, marks)
    marks.skipTo(value.end)
    const { spans, comma } = marks.takeUntil(starts[index + 1] ?? span.end)
    const key = part.type === 'Member' ? keyOf(part.name) : undefined
    return { key, value, start: key?.start ?? value.start, end: value.end, comma, after: spans }
  })
  return { kind: node.type === 'Object' ? 'object' : 'array', ...span, children, comments }
}

type Name = Extract<ValueNode, { type: 'Object' }>['members'][number]['name']

function keyOf(name: Name): Key {
  return { ...spanOf(name), name: name.type === 'String' ? name.value : name.name }
}

function spanOf({ loc }: { readonly loc: Token['loc'] }): Span {
  return { start: loc.start.offset, end: loc.end.offset }
}
