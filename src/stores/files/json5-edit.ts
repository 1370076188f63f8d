/** Edits on a JSON5 text that leave every byte outside the edited place as it was. */
import type { Edit, JsonValue } from '../../core/edit.ts'
import { EditRefusedError } from './edit-errors.ts'
import { insertion } from './json5-insert.ts'
import { isBlankJson5, parseJson5 } from './json5-parse.ts'
import { printKey, printMember, printValue } from './json5-print.ts'
import { removal } from './json5-remove.ts'
import { styleAt, type Quote, type Style } from './json5-style.ts'
import { followed, type Child, type Container } from './json5-tree.ts'
import { objectOf, sameValue, withEdit } from './json5-value.ts'
import { hasLineBreak, indentOf, lineEndNear, spliced, standsFirst, type Splice } from './text-lines.ts'

/**
 * Throws a Json5SyntaxError for a text that cannot be read, an EditPathError for a path that cannot be followed, and
 * an EditRefusedError should an edited text not read as wanted. An edit that changes no value changes no byte.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce(applyEdit, text)
}

function applyEdit(text: string, edit: Edit): string {
  const value = parseJson5(text)
  const wanted = withEdit(value, edit)
  if (sameValue(value, wanted)) return text
  const edited = editedText(text, edit)
  if (!readsAs(edited, wanted, edit.path)) throw new EditRefusedError(edit.path)
  return edited
}

function editedText(text: string, edit: Edit): string {
  switch (edit.kind) {
    case 'set':
      return withValue(text, edit.path, edit.value)
    case 'unset':
      return without(text, edit.path)
    case 'rename':
      return renamed(text, edit)
  }
}

function readsAs(text: string, wanted: unknown, path: readonly string[]): boolean {
  try {
    return sameValue(parseJson5(text), wanted)
  } catch (cause) {
    throw new EditRefusedError(path, cause)
  }
}

function withValue(text: string, path: readonly string[], value: JsonValue): string {
  if (isBlankJson5(text)) return withValue(withRoot(text), path, value)
  const { chain, children } = followed(text, path)
  const replaced = children.at(-1)
  if (children.length === path.length && replaced !== undefined) {
    return spliced(text, [replacement(text, { chain, replaced, value })])
  }
  const container = chain.at(-1)
  const [segment, ...missing] = path.slice(children.length)
  if (container === undefined || segment === undefined) throw new EditRefusedError(path)
  const added = missing.reduceRight<JsonValue>((inner, key) => objectOf(key, inner), value)
  const style = styleAt(text, chain)
  const print = (indent: string | undefined) => {
    const layout = { style, indent }
    return container.kind === 'object' ? printMember(segment, added, layout) : printValue(added, layout)
  }
  const spacious = replaced === undefined || standsFirst(text, replaced.start)
  return spliced(text, insertion(text, { container, spacious, style, print }))
}

/** The object of a text that has none yet, after its comments. */
function withRoot(text: string): string {
  const lineEnd = lineEndNear(text, text.length)
  const begun = text.replace(/^\uFEFF/, '')
  const separator = begun === '' || hasLineBreak(begun.slice(-1)) ? '' : lineEnd
  return `${text}${separator}{}${lineEnd}`
}

interface Replacement {
  readonly chain: readonly Container[]
  readonly replaced: Child
  readonly value: JsonValue
}

function replacement(text: string, { chain, replaced, value }: Replacement): Splice {
  const { start, end } = replaced.value
  const old = text.slice(start, end)
  const style = styleAt(text, chain)
  const ownQuote: Quote | undefined = old.startsWith('"') ? '"' : old.startsWith("'") ? "'" : undefined
  const spreadLists = replaced.value.kind === 'array' && hasLineBreak(old)
  const spacious =
    standsFirst(text, replaced.start) || spreadLists || (replaced.value.kind === 'object' && hasLineBreak(old))
  const layout = {
    style: { ...style, quote: ownQuote ?? style.quote },
    indent: spacious ? indentOf(text, replaced.start) : undefined,
    spreadLists,
  }
  return { start, end, text: printValue(value, layout) }
}

/** Where a key stands more than once, all of them go: else the one before would count. */
function without(text: string, path: readonly string[]): string {
  const { chain, children } = followed(text, path)
  const container = chain.at(-1)
  const child = children.at(-1)
  if (container === undefined || child === undefined || children.length < path.length) return text
  const shorter = spliced(text, removal(text, container, child))
  return container.kind === 'object' ? without(shorter, path) : shorter
}

/** The key alone changes, in the quotes that it has. Where it stands more than once, the last counts and the others go. */
function renamed(text: string, { path, to }: Edit & { kind: 'rename' }): string {
  const { chain, children } = followed(text, path)
  const key = children.length === path.length ? children.at(-1)?.key : undefined
  if (key === undefined) return text
  const style = styleAt(text, chain)
  const quote = text.charAt(key.start)
  const own: Style =
    quote === '"' || quote === "'" ? { ...style, keyQuote: quote, bareKeys: false } : { ...style, bareKeys: true }
  return without(spliced(text, [{ start: key.start, end: key.end, text: printKey(to, own) }]), path)
}
