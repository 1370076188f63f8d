/** What a JSON5 text should have gone on with at the place where a parser stopped. */
import { phrase, type Said } from '../../core/phrase.ts'
import { placeOf } from './text-lines.ts'

export interface Expectation {
  /** Where the thing that was met begins. */
  readonly at: number
  /** A character or a harmless word as it stands there, or what it is. */
  readonly met: Said
  readonly expected: Said
}

type Next = 'value' | 'key' | 'colon' | 'element' | 'separator' | 'end'
/** With what it stands in: a broken file may open a hundred thousand. */
interface Opened {
  readonly bracket: '{' | '['
  readonly at: number
  readonly within: Opened | undefined
}
interface State {
  readonly next: Next
  /** The innermost. */
  readonly open: Opened | undefined
}

const token =
  /\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|"(?:\\(?:\r\n|[\s\S])|[^"\\\n\r])*"|'(?:\\(?:\r\n|[\s\S])|[^'\\\n\r])*'|[{}[\]:,]|[^\s{}[\]:,"'/]+/y

/** Settings have no more than twelve; whoever walks through a value need not fear for his stack. */
const MOST_LEVELS = 200

/** The first bracket too deep inside others. */
export function tooDeepAt(text: string): Expectation | undefined {
  let levels = 0
  let start = 0
  for (;;) {
    token.lastIndex = start
    const met = token.exec(text)?.[0]
    if (met === undefined) return undefined // its end, or what a parser tells
    if (met === '{' || met === '[') levels += 1
    else if (met === '}' || met === ']') levels -= 1
    if (levels > MOST_LEVELS) return { at: start, met, expected: phrase('wanted-levels', { most: MOST_LEVELS }) }
    start += met.length
  }
}

/** `offset` is where a parser stopped; the text before it is taken to be right. */
export function expectedAt(text: string, offset: number): Expectation {
  let state: State = { next: 'value', open: undefined }
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
      return { next: 'key', open: { bracket: '{', at, within: open } }
    case '[':
      return { next: 'element', open: { bracket: '[', at, within: open } }
    case ':':
      return { next: 'value', open }
    case ',':
      return { next: open?.bracket === '{' ? 'key' : 'element', open }
    case '}':
    case ']':
      return { next: open?.within ? 'separator' : 'end', open: open?.within }
    default:
      if (next === 'key') return { next: 'colon', open }
      return { next: open ? 'separator' : 'end', open }
  }
}

function betweenTokens(text: string, at: number, state: State): Expectation {
  const inValue = state.next === 'value' || state.next === 'element'
  const word = inValue ? /^[^\s{}[\]:,"'/]+/.exec(text.slice(at))?.[0] : undefined
  if (word !== undefined && /^[+-]\./.test(word))
    return { at, met: phrase('sign-before-point'), expected: phrase('wanted-digit') }
  if (word !== undefined && !Object.hasOwn(LOOKALIKES, word.charAt(0)))
    return { at, met: wordMet(word), expected: wanted(state) }
  // The reader takes such a key bare, the editor does not (true, null, rare Chinese characters).
  if (state.next === 'key' && /^[\p{ID_Start}$_]/u.test(text.slice(at))) {
    return { at, met: phrase('key-without-quotes'), expected: phrase('wanted-quotes') }
  }
  const met = characterMet(text, at)
  const last = at >= text.length ? state.open : undefined
  if (last === undefined) return { at, met, expected: wanted(state) }
  const { line } = placeOf(text, last.at)
  return { at, met, expected: phrase('still-open', { wanted: wanted(state), bracket: last.bracket, line }) }
}

function insideToken(
  text: string,
  { start, offset, state }: { readonly start: number; readonly offset: number; readonly state: State },
): Expectation {
  const first = text.charAt(start)
  const met = characterMet(text, offset)
  if (first === '"' || first === "'") {
    const unclosed = offset >= text.length || /[\n\r]/.test(text.charAt(offset))
    const expected = unclosed ? phrase('wanted-closing-quote', { quote: first }) : phrase('wanted-escape')
    return { at: offset, met, expected }
  }
  if (text.startsWith('/*', start)) {
    return { at: offset, met, expected: phrase('wanted-comment-end', { line: placeOf(text, start).line }) }
  }
  if (first === '/') return { at: offset, met, expected: phrase('wanted-comment') }
  if (state.next === 'key') return { at: offset, met, expected: phrase('wanted-colon-or-quotes') }
  if (state.next === 'value' || state.next === 'element') {
    if (Object.hasOwn(LOOKALIKES, text.charAt(offset))) {
      return { at: offset, met, expected: wanted({ ...state, next: state.open ? 'separator' : 'end' }) }
    }
    return { at: start, met: wordMet(text.slice(start).split(/[\s{}[\]:,"'/]/, 1)[0] ?? ''), expected: wanted(state) }
  }
  return { at: offset, met, expected: wanted(state) }
}

function wanted({ next, open }: State): Said {
  if (next !== 'separator') return phrase(`wanted-${next}`)
  return phrase('wanted-separator', { close: open?.bracket === '[' ? ']' : '}' })
}

/** A word in a value's place may be a key somebody forgot to quote: only harmless ones are repeated. */
function wordMet(word: string): Said {
  if (/^(?:undefined|true|false|null|none|nil|yes|no|on|off|nan|infinity)$/i.test(word)) return word
  return phrase(/^[+\-.\d]/.test(word) ? 'no-number' : 'text-without-quotes')
}

const NAMES: Readonly<Record<string, Said>> = {
  ' ': phrase('blank'),
  ',': phrase('comma'),
  ':': phrase('colon'),
  '"': phrase('double-quote'),
  "'": phrase('single-quote'),
}

/** What input methods and word processors put in the place of JSON5's own signs. */
const LOOKALIKES: Readonly<Record<string, Said>> = {
  '“': phrase('curly-quote', { sign: '“' }),
  '”': phrase('curly-quote', { sign: '”' }),
  '‘': phrase('curly-quote', { sign: '‘' }),
  '’': phrase('curly-quote', { sign: '’' }),
  '，': phrase('full-width-comma'),
  '：': phrase('full-width-colon'),
  '、': phrase('ideographic-comma'),
  '｛': phrase('full-width-brace', { sign: '｛' }),
  '｝': phrase('full-width-brace', { sign: '｝' }),
}

function characterMet(text: string, at: number): Said {
  if (at >= text.length) return phrase('end-of-text')
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (/[\n\r\u2028\u2029]/.test(character)) return phrase('end-of-line')
  return (
    NAMES[character] ??
    LOOKALIKES[character] ??
    (character < ' ' ? phrase('control-character') : phrase('character', { sign: character }))
  )
}
