/** A value as JSON5 text in a given style. */
import type { JsonValue } from '../../core/edit.ts'
import { mayStandBare, type Quote, type Style } from './json5-style.ts'

export interface Layout {
  readonly style: Style
  /** The indent of the line the value begins on; undefined: all on one line. */
  readonly indent: string | undefined
  /** Lists of plain values are kept on one line, unless the replaced one was not. */
  readonly spreadLists?: boolean
}

export function printMember(key: string, value: JsonValue, layout: Layout): string {
  return `${printKey(key, layout.style)}${layout.style.colon}${printValue(value, layout)}`
}

export function printValue(value: JsonValue, layout: Layout): string {
  switch (typeof value) {
    case 'string':
      return printString(value, layout.style.quote)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      return isList(value) ? printList(value, layout) : printObject(value, layout)
    default:
      throw new TypeError(`a ${typeof value} cannot be written as JSON5`)
  }
}

function printObject(value: { readonly [key: string]: JsonValue }, { style, indent }: Layout): string {
  const inner = indent === undefined ? undefined : indent + style.indentUnit
  const members = Object.entries(value).map(([key, member]) => printMember(key, member, { style, indent: inner }))
  return bracketed('{}', members, { style, indent })
}

function printList(value: readonly JsonValue[], { style, indent, spreadLists = false }: Layout): string {
  const spread = spreadLists || value.some((element) => typeof element === 'object' && element !== null)
  const outer = spread ? indent : undefined
  const inner = outer === undefined ? undefined : outer + style.indentUnit
  const elements = value.map((element) => printValue(element, { style, indent: inner }))
  return bracketed('[]', elements, { style, indent: outer })
}

function bracketed(brackets: '{}' | '[]', items: readonly string[], { style, indent }: Layout): string {
  if (items.length === 0) return brackets
  const [open, close] = brackets
  if (indent === undefined) {
    const padding = brackets === '{}' ? style.gap : ''
    return `${open}${padding}${items.join(`,${style.gap}`)}${padding}${close}`
  }
  const separator = `${style.lineEnd}${indent}`
  return `${open}${separator}${style.indentUnit}${items.join(`,${separator}${style.indentUnit}`)}${separator}${close}`
}

export function printKey(key: string, style: Style): string {
  return style.bareKeys && mayStandBare(key) ? key : printString(key, style.keyQuote)
}

/** JSON's escapes are JSON5's; U+2028 and U+2029 are escaped too, since json5 warns about them. */
function printString(value: string, quote: Quote): string {
  const double = JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  if (quote === '"') return double
  const single = double.slice(1, -1).replace(/\\.|'/g, (part) => (part === '\\"' ? '"' : part === "'" ? "\\'" : part))
  return `'${single}'`
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
