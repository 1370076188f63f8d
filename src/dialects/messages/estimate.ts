/** Roughly how many tokens a request has, where nobody counts them. */
import type { CallerRequest } from '../caller-request.ts'
import { fieldsOf, parsedJson, type Fields } from '../fields.ts'
import { latin1 } from '../latin1.ts'

/** Of ASCII: English prose has about 4.5, code and JSON about 3. */
const ASCII_BYTES_A_TOKEN = 3.5
/** Of all others: a Chinese character is three bytes and a little more than a token. */
const OTHER_BYTES_A_TOKEN = 2.5
/** The most that the format's owner counts for a picture of the size to which it shrinks larger ones. */
const TOKENS_A_PICTURE = 1_600
/** Packed: a page of text is about so many bytes, and about 2,000 tokens. */
const DOCUMENT_BYTES_A_TOKEN = 25

/** No prompt of the model's, or nothing of it: hints, and seals that stand beside their text. */
const UNREAD: ReadonlySet<string> = new Set(['cache_control', 'signature'])

/**
 * Each text, each name of a field (for what frames a message), and the JSON of each tool, by its bytes; pictures and
 * documents by their kind. Rather too many than too few: programs shorten a conversation by it.
 */
export function estimatedTokens({ body, members }: CallerRequest): number {
  const sum = { ascii: 0, other: 0, tokens: 0 }
  for (const { key, valueStart, valueEnd } of members) {
    if (key !== 'system' && key !== 'messages' && key !== 'tools') continue
    weigh(parsedJson(latin1(body.subarray(valueStart, valueEnd))), sum)
  }
  return Math.ceil(sum.ascii / ASCII_BYTES_A_TOKEN + sum.other / OTHER_BYTES_A_TOKEN + sum.tokens)
}

interface Sum {
  ascii: number
  other: number
  tokens: number
}

function weigh(value: unknown, sum: Sum): void {
  if (typeof value === 'string') return weighText(value, sum)
  if (typeof value !== 'object' || value === null) return void (sum.ascii += 4)
  if (Array.isArray(value)) {
    for (const item of value) weigh(item, sum)
    return
  }
  const fields = fieldsOf(value) ?? {}
  if (isFile(fields)) return
  for (const key in fields) {
    if (UNREAD.has(key)) continue
    sum.ascii += key.length + 2
    weigh(fields[key], sum)
  }

  /** A picture or a packed document, be it here or at an address: its base64 is no text. */
  function isFile({ type, source }: Fields): boolean {
    const { type: form, data } = fieldsOf(source) ?? {}
    if (type === 'image') sum.tokens += TOKENS_A_PICTURE
    else if (type === 'document' && form === 'base64' && typeof data === 'string') {
      sum.tokens += Math.ceil((data.length * 3) / 4 / DOCUMENT_BYTES_A_TOKEN)
    } else if (type === 'redacted_thinking') return true
    else return false
    return true
  }
}

/** A character a byte. */
function weighText(text: string, sum: Sum): void {
  let other = 0
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) other += 1
  sum.other += other
  sum.ascii += text.length - other
}
