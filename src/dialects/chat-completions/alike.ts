/**
 * Events of a stream that differ from one before in nothing but their words.
 *
 * Servers write all pieces of an answer after one pattern. What has been read once and came to nothing but words need
 * not be read again: what stands before the words and behind them tells that it says the same.
 */
import { fieldsOf, parsedJson, type Fields } from '../fields.ts'
import { latin1 } from '../latin1.ts'
import { holdsError } from '../error-object.ts'
import type { AlikeEvents } from '../stream-watcher.ts'

/** What stands before the first free string, between them, and behind the last. */
type Pattern = readonly Buffer[]

/** Fields in which anything may stand once the answer has begun: its words, and what is sent to hide their length. */
const FREE = /"(?:content|reasoning_content|reasoning|text|obfuscation)": ?"/g
const LONGEST = 16_384
/** A server that writes no two pieces after one pattern is not looked at for ever. */
const MOST_IN_VAIN = 4

export function alikeEvents(): AlikeEvents {
  let pattern: Pattern | undefined
  let inVain = 0

  return {
    endOf(chunk, from) {
      if (!pattern) return -1
      let at = from
      for (const piece of pattern) {
        if (at !== from) at = endOfString(chunk, at)
        if (at < 0 || !standsAt(chunk, at, piece)) return -1
        at += piece.length
      }
      inVain = 0
      return at
    },
    learn(event) {
      inVain += 1
      pattern = event.length > LONGEST ? undefined : patternOf(event)
    },
    get isWorthwhile() {
      return inVain < MOST_IN_VAIN
    },
  }
}

function standsAt(chunk: Uint8Array, at: number, piece: Buffer): boolean {
  const end = at + piece.length
  return end <= chunk.length && piece.compare(chunk, at, end) === 0
}

/** Where the JSON string ends (RFC 8259, 7) whose body begins there; -1 = it is none, or goes on. */
function endOfString(chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at += 1) {
    const sign = chunk[at] ?? 0
    if (sign === 0x22) return at
    if (sign < 0x20) return -1
    if (sign !== 0x5c) continue
    at += 1
    const escape = chunk[at] ?? 0
    if (escape === 0x75) {
      if (!/^[\da-f]{4}$/i.test(latin1(chunk.subarray(at + 1, at + 5)))) return -1
      at += 4
    } else if (!ESCAPES.has(escape)) return -1
  }
  return -1
}

const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))

/** Undefined = it has more than words in it, or is written in an unusual way. */
function patternOf(event: string): Pattern | undefined {
  // One line of data and the blank line behind it.
  if (!event.startsWith('data:') || event.indexOf('\n') !== event.length - 2 || event.includes('\r')) return undefined
  if (!isWordsAlone(fieldsOf(parsedJson(event.slice(5))))) return undefined
  const bytes = Buffer.from(event, 'latin1')
  const pattern: Buffer[] = []
  let from = 0
  FREE.lastIndex = 0
  while (FREE.test(event)) {
    pattern.push(bytes.subarray(from, FREE.lastIndex))
    from = endOfString(bytes, FREE.lastIndex)
    FREE.lastIndex = from
  }
  return [...pattern, bytes.subarray(from)]
}

/** It has words, so that the answer has begun, and nothing else that anybody reads. */
function isWordsAlone(event: Fields | undefined): boolean {
  if (!event || holdsError(event) || event.usage || !Array.isArray(event.choices)) return false
  const [choice, another] = event.choices.map(fieldsOf)
  const delta = fieldsOf(choice?.delta)
  if (!choice || another || !delta || choice.finish_reason || choice.error || delta.tool_calls) return false
  return [delta.content, delta.reasoning_content, delta.reasoning].some(
    (words) => typeof words === 'string' && words !== '',
  )
}
