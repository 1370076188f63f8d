/** What a JSON5 text should have gone on with at the place where a parser stopped. */
import { placeOf } from './text-lines.ts'

export interface Expectation {
  /** Where the thing that was met begins. */
  readonly at: number
  readonly met: string
  readonly expected: string
}

type Next = 'value' | 'key' | 'colon' | 'element' | 'separator' | 'end'
interface Opened {
  readonly bracket: '{' | '['
  readonly at: number
}
interface State {
  readonly next: Next
  readonly open: readonly Opened[]
}

const token =
  /\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|"(?:\\(?:\r\n|[\s\S])|[^"\\\n\r])*"|'(?:\\(?:\r\n|[\s\S])|[^'\\\n\r])*'|[{}[\]:,]|[^\s{}[\]:,"'/]+/y

/** `offset` is where a parser stopped; the text before it is taken to be right. */
export function expectedAt(text: string, offset: number): Expectation {
  let state: State = { next: 'value', open: [] }
  let start = 0
  while (start < offset) {
    token.lastIndex = start
    const met = token.exec(text)?.[0]
    const end = start + (met?.length ?? 0)
    if (met === undefined || end > offset || (end === offset && isBegunValue(met, state))) {
      return insideToken(text, { start, offset, state })
    }
    state = after(state, met, start)
    start = end
  }
  return betweenTokens(text, offset, state)
}

/** Such as `tru` or `0x`: right so far, but not a value yet. */
function isBegunValue(met: string, { next }: State): boolean {
  if (next !== 'value' && next !== 'element') return false
  if (/^[\s{}[\]:,"'/]/.test(met)) return false
  return !/^(?:true|false|null|[+-]?(?:Infinity|NaN|0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))$/i.test(met)
}

function after({ next, open }: State, met: string, at: number): State {
  if (/^\s|^\/[/*]/.test(met)) return { next, open }
  switch (met) {
    case '{':
      return { next: 'key', open: [...open, { bracket: '{', at }] }
    case '[':
      return { next: 'element', open: [...open, { bracket: '[', at }] }
    case ':':
      return { next: 'value', open }
    case ',':
      return { next: open.at(-1)?.bracket === '{' ? 'key' : 'element', open }
    case '}':
    case ']':
      return { next: open.length > 1 ? 'separator' : 'end', open: open.slice(0, -1) }
    default:
      if (next === 'key') return { next: 'colon', open }
      return { next: open.length > 0 ? 'separator' : 'end', open }
  }
}

function betweenTokens(text: string, at: number, state: State): Expectation {
  const inValue = state.next === 'value' || state.next === 'element'
  const word = inValue ? /^[^\s{}[\]:,"'/]+/.exec(text.slice(at))?.[0] : undefined
  if (word !== undefined && /^[+-]\./.test(word))
    return { at, met: 'a sign before a point', expected: 'a digit between the two' }
  if (word !== undefined && !Object.hasOwn(lookalikes, word.charAt(0)))
    return { at, met: wordMet(word), expected: wanted(state) }
  // The reader takes such a key bare, the editor does not (true, null, rare Chinese characters).
  if (state.next === 'key' && /^[\p{ID_Start}$_]/u.test(text.slice(at))) {
    return { at, met: 'this key without quotes', expected: 'quotes around it' }
  }
  const stillOpen = at >= text.length ? openedWhere(text, state) : ''
  return { at, met: characterMet(text, at), expected: wanted(state) + stillOpen }
}

function insideToken(text: string, { start, offset, state }: { start: number; offset: number; state: State }) {
  const first = text.charAt(start)
  const met = characterMet(text, offset)
  if (first === '"' || first === "'") {
    const unclosed = offset >= text.length || /[\n\r]/.test(text.charAt(offset))
    return { at: offset, met, expected: unclosed ? `a closing ${first}` : 'an escape such as \\n, \\\\ or \\u4e2d' }
  }
  if (text.startsWith('/*', start)) {
    return { at: offset, met, expected: `*/ for the comment that begins on line ${placeOf(text, start).line}` }
  }
  if (first === '/') return { at: offset, met, expected: 'a second / or a * (a comment)' }
  if (state.next === 'key') return { at: offset, met, expected: 'a colon, or quotes around the whole key' }
  if (state.next === 'value' || state.next === 'element') {
    if (Object.hasOwn(lookalikes, text.charAt(offset))) {
      return { at: offset, met, expected: wanted({ ...state, next: state.open.length > 0 ? 'separator' : 'end' }) }
    }
    return { at: start, met: wordMet(text.slice(start).split(/[\s{}[\]:,"'/]/, 1)[0] ?? ''), expected: wanted(state) }
  }
  return { at: offset, met, expected: wanted(state) }
}

function wanted({ next, open }: State): string {
  const close = open.at(-1)?.bracket === '[' ? ']' : '}'
  return {
    key: 'a key or }',
    colon: 'a colon after the key',
    value: 'a value: text in quotes, a number, true, false, null, { or [',
    element: 'a value or ]',
    separator: `a comma or ${close}`,
    end: 'nothing more',
  }[next]
}

function openedWhere(text: string, { open }: State): string {
  const last = open.at(-1)
  return last === undefined ? '' : ` (the ${last.bracket} of line ${placeOf(text, last.at).line} is still open)`
}

/** A word in a value's place may be a key somebody forgot to quote: only harmless ones are repeated. */
function wordMet(word: string): string {
  if (/^(?:undefined|true|false|null|none|nil|yes|no|on|off|nan|infinity)$/i.test(word)) return word
  return /^[+\-.\d]/.test(word) ? 'something that is not a number' : 'text without quotes'
}

const names: Readonly<Record<string, string>> = {
  ' ': 'a blank',
  ',': 'a comma',
  ':': 'a colon',
  '"': 'a double quote',
  "'": 'a single quote',
}

/** What input methods and word processors put in the place of JSON5's own signs. */
const lookalikes: Readonly<Record<string, string>> = {
  '“': 'a curly quote (“)',
  '”': 'a curly quote (”)',
  '‘': 'a curly quote (‘)',
  '’': 'a curly quote (’)',
  '，': 'a full-width comma (，)',
  '：': 'a full-width colon (：)',
  '、': 'an ideographic comma (、)',
  '｛': 'a full-width brace (｛)',
  '｝': 'a full-width brace (｝)',
}

function characterMet(text: string, at: number): string {
  if (at >= text.length) return 'the end of the text'
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (/[\n\r\u2028\u2029]/.test(character)) return 'the end of the line'
  return names[character] ?? lookalikes[character] ?? (character < ' ' ? 'a control character' : character)
}
