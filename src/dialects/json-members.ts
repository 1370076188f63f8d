/** Where the members of a JSON object lie in its bytes, found without reading their values. */
import { isUtf8 } from 'node:buffer'

/** A top-level member; the offsets are bytes, each end exclusive. */
export interface Member {
  /** Unescaped: `"mod\u0065l"` is `model`. */
  readonly key: string
  /** At the key's first quote; the member ends with its value, before comma and white space. */
  readonly start: number
  readonly end: number
  readonly valueStart: number
  readonly valueEnd: number
}

export type JsonFault =
  | 'not-utf8'
  | 'byte-order-mark'
  | 'not-json'
  | 'not-an-object'
  | 'too-deep'
  | 'too-many-keys'
  | 'duplicate-key'
  | 'forbidden-key'

export type MembersOrFault =
  | { readonly kind: 'members'; readonly members: readonly Member[] }
  | { readonly kind: 'fault'; readonly fault: JsonFault; readonly key?: string }

export const MAX_DEPTH = 64
export const MAX_KEYS = 10_000
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

// What a step returns in place of an offset.
const BROKEN = -1
const TOO_DEEP = -2

/**
 * The members in their order. Only what frames them is checked: a fault means that JSON.parse must not be asked,
 * no fault does not mean that it will accept the text.
 */
export function topLevelMembers(body: Uint8Array): MembersOrFault {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return { kind: 'fault', fault: 'byte-order-mark' }
  if (!isUtf8(body)) return { kind: 'fault', fault: 'not-utf8' }
  let at = afterSpace(body, 0)
  if (body[at] !== OPEN_BRACE) return { kind: 'fault', fault: at === body.length ? 'not-json' : 'not-an-object' }
  const members: Member[] = []
  const keys = new Set<string>()
  at = afterSpace(body, at + 1)
  if (body[at] === CLOSE_BRACE) return endsAt(body, at + 1, members)
  for (;;) {
    const member = readMember(body, at)
    if (typeof member === 'number') return { kind: 'fault', fault: member === TOO_DEEP ? 'too-deep' : 'not-json' }
    const { key } = member
    if (FORBIDDEN_KEYS.has(key)) return { kind: 'fault', fault: 'forbidden-key', key }
    if (keys.has(key)) return { kind: 'fault', fault: 'duplicate-key', key }
    if (members.push(member) > MAX_KEYS) return { kind: 'fault', fault: 'too-many-keys' }
    keys.add(key)
    at = afterSpace(body, member.end)
    if (body[at] === CLOSE_BRACE) return endsAt(body, at + 1, members)
    if (body[at] !== COMMA) return { kind: 'fault', fault: 'not-json' }
    at = afterSpace(body, at + 1)
  }
}

/** The items of a list, each where it lies; undefined = it is no list, or none that can be read. */
export function listItems(list: Uint8Array): readonly Uint8Array[] | undefined {
  let at = afterSpace(list, 0)
  if (list[at] !== OPEN_BRACKET) return undefined
  const items: Uint8Array[] = []
  at = afterSpace(list, at + 1)
  if (list[at] === CLOSE_BRACKET) return items
  for (;;) {
    const end = afterValue(list, at)
    if (end <= at) return undefined
    items.push(list.subarray(at, end))
    at = afterSpace(list, end)
    if (list[at] === CLOSE_BRACKET) return items
    if (list[at] !== COMMA) return undefined
    at = afterSpace(list, at + 1)
  }
}

function endsAt(body: Uint8Array, at: number, members: readonly Member[]): MembersOrFault {
  return afterSpace(body, at) === body.length ? { kind: 'members', members } : { kind: 'fault', fault: 'not-json' }
}

function readMember(body: Uint8Array, start: number): Member | typeof BROKEN | typeof TOO_DEEP {
  if (body[start] !== QUOTE) return BROKEN
  const keyEnd = stringEnd(body, start)
  if (keyEnd < 0) return BROKEN
  const key = readKey(body, start, keyEnd)
  const colon = afterSpace(body, keyEnd)
  if (key === undefined || body[colon] !== COLON) return BROKEN
  const valueStart = afterSpace(body, colon + 1)
  const valueEnd = afterValue(body, valueStart)
  if (valueEnd === TOO_DEEP) return TOO_DEEP
  if (valueEnd <= valueStart) return BROKEN
  return { key, start, end: valueEnd, valueStart, valueEnd }
}

function readKey(body: Uint8Array, start: number, end: number): string | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset + start, end - start).toString()
  if (!text.includes('\\')) return text.slice(1, -1)
  try {
    return String(JSON.parse(text))
  } catch {
    // A broken escape: the caller calls the whole text broken.
    return undefined
  }
}

/** Past a string, a number or word, or a bracket and all that stands in it. */
function afterValue(body: Uint8Array, start: number): number {
  const first = body[start]
  if (first === QUOTE) return stringEnd(body, start)
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return wordEnd(body, start)
  let depth = 2
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) {
      const end = stringEnd(body, at)
      if (end < 0) return BROKEN
      at = end - 1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > MAX_DEPTH) return TOO_DEEP
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1
      if (depth === 1) return at + 1
    }
  }
  return BROKEN
}

/** `start` is at the opening quote; a quote after an odd number of backslashes does not close. */
function stringEnd(body: Uint8Array, start: number): number {
  let from = start + 1
  for (;;) {
    const quote = body.indexOf(QUOTE, from)
    if (quote < 0) return BROKEN
    let before = quote - 1
    while (body[before] === BACKSLASH) before -= 1
    if ((quote - 1 - before) % 2 === 0) return quote + 1
    from = quote + 1
  }
}

function wordEnd(body: Uint8Array, start: number): number {
  let at = start
  while (at < body.length) {
    const byte = body[at]
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) break
    at += 1
  }
  return at
}

function afterSpace(body: Uint8Array, start: number): number {
  let at = start
  while (isSpace(body[at])) at += 1
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
