/** An HTTP/1.1 answer taken apart as it arrives: heads, body in pieces, end (RFC 9112). */
import { Phrase, phrase } from '../core/phrase.ts'
import { SaidError } from '../core/said-error.ts'
import { areTrailers, mayBeginHead, readAnswerHead, type AnswerHead } from './answer-head.ts'

/** What came is no answer, or a broken one. */
export class MalformedAnswerError extends SaidError {}

export interface AnswerSink {
  /** Interim answers (1xx) come first, any number of them. */
  head(head: AnswerHead): void
  /** A view of the bytes that were fed. */
  data(piece: Uint8Array): void
  end(): void
}

const LONGEST_HEAD_BYTES = 16 * 1_024
/** A chunk's size and its extensions. */
const LONGEST_CHUNK_LINE_BYTES = 4 * 1_024
/** Digits that are sure to fit in a number. */
const MOST_HEX_DIGITS = 12
const LINE_END = '\r\n'
const HEAD_END = '\r\n\r\n'
const CR = 13
const LF = 10
/** The line's end, an extension, or blanks before one. */
const AFTER_SIZE: ReadonlySet<number> = new Set([CR, 59, 32, 9])

type State = 'head' | 'counted' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'over'

/** For one answer. Strict wherever two readers might disagree on where an answer ends. */
export class AnswerParser {
  readonly #sink: AnswerSink
  #state: State = 'head'
  /** A head or a line whose end is not there yet. */
  #unread: Buffer | undefined
  /** Begins with `#unread`, and has room for more. */
  #room: Buffer | undefined
  /** How much of `#unread` was looked through for that end: what drips is read once. */
  #sought = 0
  /** What is still to come of a counted body, or of a chunk. */
  #left = 0
  #head: AnswerHead | undefined
  #hasSurplus = false

  constructor(sink: AnswerSink) {
    this.#sink = sink
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** The head of an answer after which its connection may carry another request. */
  get reusableAfter(): AnswerHead | undefined {
    return this.isOver && !this.#hasSurplus && this.#head?.keepsAlive ? this.#head : undefined
  }

  /** Throws `MalformedAnswerError`. What comes after the end is not looked at. */
  feed(bytes: Buffer): void {
    const unread = this.#unread
    const input = unread ? this.#joined(unread, bytes) : bytes
    let at = 0
    while (at < input.length) {
      const next = this.#step(input, at)
      if (next === undefined) {
        this.#unread = input.subarray(at)
        this.#sought = input.length - at
        if (at > 0) this.#room = undefined
        return
      }
      at = next
    }
    if (!unread) return
    this.#unread = undefined
    this.#room = undefined
    this.#sought = 0
  }

  /** Nothing that was handed on is written over: bytes are only added. */
  #joined(unread: Buffer, bytes: Buffer): Buffer {
    const length = unread.length + bytes.length
    if (!this.#room || this.#room.length < length) {
      // What comes in small pieces will go on so.
      this.#room = Buffer.allocUnsafe(bytes.length < unread.length ? 2 * length : length)
      this.#room.set(unread)
    }
    this.#room.set(bytes, unread.length)
    return this.#room.length === length ? this.#room : this.#room.subarray(0, length)
  }

  /** Below 0 = it is not there yet. Once it is, what comes next begins after all that was looked through. */
  #find(end: string, input: Buffer, at: number): number {
    return input.indexOf(end, Math.max(at, this.#sought - end.length + 1), 'latin1')
  }

  /** The other side sends nothing more. False = the answer is not whole. */
  close(): boolean {
    if (this.#state === 'until-close') this.#end()
    return this.isOver
  }

  /** From where to go on; undefined = more must come first. */
  #step(input: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(input, at)
      case 'counted':
      case 'chunk':
        return this.#readPiece(input, at)
      case 'chunk-size':
        return this.#readChunkSize(input, at)
      case 'chunk-end':
        return this.#readChunkEnd(input, at)
      case 'trailers':
        return this.#readTrailers(input, at)
      case 'until-close':
        this.#sink.data(input.subarray(at))
        return input.length
      case 'over':
        this.#hasSurplus = true
        return input.length
    }
  }

  #readHead(input: Buffer, at: number): number | undefined {
    const end = this.#find(HEAD_END, input, at)
    if ((end < 0 ? input.length : end) - at > LONGEST_HEAD_BYTES) {
      throw new MalformedAnswerError(phrase('answer-head-long', { kib: LONGEST_HEAD_BYTES / 1_024 }))
    }
    if (end < 0) {
      // Another protocol's greeting has no such end, and none is waited for.
      if (!mayBeginHead(input, at)) throw new MalformedAnswerError(phrase('answer-status-line'))
      return undefined
    }
    const head = readAnswerHead(input.toString('latin1', at, end))
    if (head instanceof Phrase) throw new MalformedAnswerError(head)
    if (head.status >= 200) this.#begin(head)
    this.#sink.head(head)
    if (this.#state === 'counted' && this.#left === 0) this.#end()
    return end + HEAD_END.length
  }

  #begin(head: AnswerHead): void {
    const { body } = head
    this.#head = head
    this.#state = body.kind === 'chunked' ? 'chunk-size' : body.kind
    if (body.kind === 'counted') this.#left = body.bytes
  }

  #readPiece(input: Buffer, at: number): number {
    const end = Math.min(at + this.#left, input.length)
    this.#left -= end - at
    this.#sink.data(input.subarray(at, end))
    if (this.#left > 0) return end
    if (this.#state === 'chunk') this.#state = 'chunk-end'
    else this.#end()
    return end
  }

  /** RFC 9112, 7.1. */
  #readChunkSize(input: Buffer, at: number): number | undefined {
    let size = 0
    let place = at
    for (; place < input.length; place += 1) {
      const digit = hexDigit(input[place] ?? 0)
      if (digit < 0) break
      size = size * 16 + digit
      if (place - at >= MOST_HEX_DIGITS) throw brokenChunk()
    }
    // What can become no size is not waited for.
    if (place < input.length && (place === at || !AFTER_SIZE.has(input[place] ?? 0))) throw brokenChunk()
    const end = this.#lineEnd(input, place)
    if (end === undefined) return undefined
    // Nothing but an extension may follow (7.1.1).
    if (end > place && !isExtension(input.toString('latin1', place, end))) throw brokenChunk()
    this.#left = size
    this.#state = size === 0 ? 'trailers' : 'chunk'
    return end + LINE_END.length
  }

  #lineEnd(input: Buffer, at: number): number | undefined {
    if (input[at] === CR && input[at + 1] === LF) return at
    const end = this.#find(LINE_END, input, at)
    if ((end < 0 ? input.length : end) - at > LONGEST_CHUNK_LINE_BYTES) throw brokenChunk()
    return end < 0 ? undefined : end
  }

  #readChunkEnd(input: Buffer, at: number): number | undefined {
    if (input[at] !== CR) throw brokenChunk()
    if (at + 1 >= input.length) return undefined
    if (input[at + 1] !== LF) throw brokenChunk()
    this.#state = 'chunk-size'
    return at + LINE_END.length
  }

  #readTrailers(input: Buffer, at: number): number | undefined {
    if (at + 1 >= input.length) return undefined
    if (input[at] === CR && input[at + 1] === LF) {
      this.#end()
      return at + LINE_END.length
    }
    const end = this.#find(HEAD_END, input, at)
    if ((end < 0 ? input.length : end) - at > LONGEST_HEAD_BYTES) throw brokenChunk()
    if (end < 0) return undefined
    if (!areTrailers(input.toString('latin1', at, end))) throw new MalformedAnswerError(phrase('answer-trailer'))
    this.#end()
    return end + HEAD_END.length
  }

  #end(): void {
    this.#state = 'over'
    this.#sink.end()
  }
}

function isExtension(text: string): boolean {
  return /^[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/.test(text)
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

function brokenChunk(): MalformedAnswerError {
  return new MalformedAnswerError(phrase('answer-chunk'))
}
