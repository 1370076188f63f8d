/** The input of a custom tool, taken out of the arguments in which a model of another format wrote it, as they come. */
import { fieldsOf, parsedJson } from '../fields.ts'
import { CUSTOM_INPUT } from './tools.ts'

export interface CustomInput {
  /** The arguments' next piece; the input's that can be told from it. */
  feed(piece: string): string
  /** What was not told yet; `input` = all of it. */
  end(): { readonly rest: string; readonly input: string }
}

const OPENING = new RegExp(`^\\s*\\{\\s*"${CUSTOM_INPUT}"\\s*:\\s*"`)
const LONGEST_OPENING = 256
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

export function customInput(): CustomInput {
  let written = ''
  let told = ''
  /** Where reading goes on: undefined = the input has not begun, -1 = it is over. */
  let at: number | undefined

  /** Whole signs only: half a pair is no text. */
  const read = (): string => {
    if (at === undefined && written.length <= LONGEST_OPENING) at = OPENING.exec(written)?.[0].length
    if (at === undefined || at < 0) return ''
    let text = ''
    while (at < written.length) {
      const sign = written[at] ?? ''
      if (sign === '"') {
        at = -1
        return text
      }
      const length = sign !== '\\' ? 1 : written[at + 1] === 'u' ? 6 : 2
      if (at + length > written.length) break
      const said = sign === '\\' ? unescaped(written.slice(at + 1, at + length)) : sign
      if (isHighHalf(said)) {
        const pair = pairAt(written, at, length)
        if (pair === 'not-there-yet') break
        text += pair?.text ?? said
        at += pair?.length ?? length
        continue
      }
      text += said
      at += length
    }
    return text
  }

  return {
    feed(piece) {
      written += piece
      const text = read()
      told += text
      return text
    },
    end() {
      const whole = fieldsOf(parsedJson(written))?.[CUSTOM_INPUT]
      // A model that wrote no JSON wrote the input itself.
      const input = typeof whole === 'string' ? whole : at === undefined ? written : told
      return input.startsWith(told) ? { rest: input.slice(told.length), input } : { rest: '', input: told }
    },
  }
}

function unescaped(escape: string): string {
  return escape.startsWith('u')
    ? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    : (ESCAPES[escape] ?? escape)
}

function isHighHalf(sign: string): boolean {
  const code = sign.charCodeAt(0)
  return code >= 0xd800 && code < 0xdc00
}

/** The high half at this place with what follows it; undefined = no low half does. */
function pairAt(
  written: string,
  at: number,
  length: number,
): { readonly text: string; readonly length: number } | 'not-there-yet' | undefined {
  const next = at + length
  if (next >= written.length) return 'not-there-yet'
  const nextLength = written[next] === '\\' ? ((written[next + 1] ?? 'u') === 'u' ? 6 : 2) : 1
  if (next + nextLength > written.length) return 'not-there-yet'
  const half = (from: number, many: number): string =>
    many === 1 ? written.slice(from, from + 1) : unescaped(written.slice(from + 1, from + many))
  const low = half(next, nextLength)
  const code = low.charCodeAt(0)
  if (code < 0xdc00 || code > 0xdfff) return undefined
  return { text: half(at, length) + low, length: length + nextLength }
}
