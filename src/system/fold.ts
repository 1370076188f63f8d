/** Text broken into lines of a screen between its words; a path, an address or a command stays whole. */
import widthOf from 'fast-string-width'

/** Signs that begin no line, and signs that end none. */
const CLOSING = '，。、；：！？）」』”’》】…'
const OPENING = '（「『“‘《【'
const WIDE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}${CLOSING}${OPENING}`
/** Broken over two lines it would be pasted as two commands. */
const COMMAND = String.raw`(?:npx )?openclaw (?:agent|config|emulator|gateway|models|plugins|quickstart)(?: "[^"]*"| '[^']*'| [^\s"'\u0060${WIDE}]+)*`
const WORDS = new RegExp(
  String.raw`(\s*)(${COMMAND}|[${OPENING}]*(?:[${WIDE}]|[^\s${WIDE}]+)[${CLOSING}]*|[${OPENING}]+)`,
  'gu',
)

const PATH = /^\s*(?:~?\/|[A-Za-z]:\\)/

interface Word {
  readonly text: string
  readonly isSpaced: boolean
}

/** Lines no wider than the screen, but for a word that is wider by itself. From the second on they are indented. */
export function fold(text: string, width: number, indent = 0): readonly string[] {
  const margin = ' '.repeat(/^ */.exec(text)?.[0].length ?? 0)
  const lines: string[] = []
  let line = margin
  let isEmpty = true
  for (const { text: word, isSpaced } of wordsOf(text)) {
    const longer = line + (isSpaced && !isEmpty ? ' ' : '') + word
    if (isEmpty || widthOf(longer) <= width) line = longer
    else {
      lines.push(line)
      line = margin + ' '.repeat(indent) + word
    }
    isEmpty = false
  }
  return [...lines, line]
}

/** What a column must hold. */
export function widestWord(text: string): number {
  return Math.max(0, ...wordsOf(text).map((word) => widthOf(word.text)))
}

function wordsOf(text: string): readonly Word[] {
  // A path alone, which may have blanks in it.
  if (PATH.test(text)) return [{ text: text.trim(), isSpaced: false }]
  const words: Word[] = []
  for (const [, blank = '', found = ''] of text.matchAll(WORDS)) {
    const last = words.at(-1)
    if (last && isOneWith(last.text, blank, found))
      words[words.length - 1] = { ...last, text: last.text + blank + found }
    else words.push({ text: found, isSpaced: blank !== '' })
  }
  return words
}

/** A sign stays with its word, a unit with its number. */
function isOneWith(last: string, blank: string, found: string): boolean {
  if (blank === '') return CLOSING.includes(found[0] ?? '') || OPENING.includes(last.at(-1) ?? '')
  return /^\d+$/.test(last) && /^\p{L}{1,3}\P{L}?$/u.test(found)
}
