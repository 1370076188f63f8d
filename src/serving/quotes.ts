/** What a caller wrote, taken out of an upstream's words that outlive the request: other callers are told them. */
import { phrase, withTexts, type Said } from '../core/phrase.ts'
import { parsedJson } from '../dialects/fields.ts'

/** A run of so many characters of the caller's is looked for; what is twice as long is surely found. */
const RUN = 10
/** Reading more takes longer than the words are worth. */
const MOST_BYTES = 1_048_576
const LEFT_OUT = '[…]'

export function withoutQuotes(said: Said, body: Uint8Array): Said {
  if (!hasWords(said)) return said
  if (body.byteLength > MOST_BYTES) return phrase('words-not-kept')
  const written = textsIn(parsedJson(Buffer.from(body).toString('utf8')))
  return withTexts(said, (text) => unquoted(text, written))
}

/** Most reasons are ours alone. */
function hasWords(said: Said): boolean {
  let longest = 0
  withTexts(said, (text) => {
    longest = Math.max(longest, text.length)
    return text
  })
  return longest >= RUN
}

/** One line, as upstreams' words are. Fields of the request itself (its model, say) are no secret of the caller's. */
function textsIn(request: unknown): string {
  const texts: string[] = []
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string' && depth > 1) texts.push(value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' '))
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) walk(item, depth + 1)
  }
  walk(request, 0)
  return texts.join('\n')
}

function unquoted(text: string, written: string): string {
  let clean = ''
  let done = 0
  for (let at = 0; at + RUN <= text.length;) {
    const found = written.indexOf(text.slice(at, at + RUN))
    if (found < 0) {
      at += RUN
      continue
    }
    let [from, to] = [at, at + RUN]
    while (from > done && text[from - 1] === written[found - (at - from) - 1]) from -= 1
    while (to < text.length && text[to] === written[found + (to - at)]) to += 1
    clean += text.slice(done, from) + LEFT_OUT
    done = to
    at = to
  }
  return clean + text.slice(done)
}
