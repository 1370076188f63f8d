/** One layer of content coding taken off a body, bounded in what it may grow to (RFC 9110, 8.4). */
import { phrase, type Phrase } from '../core/phrase.ts'
import type { HeaderMap } from '../core/ports.ts'
import type { Transform } from 'node:stream'

const CODINGS = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd'])
/** Below this a body may grow as it likes. */
const FREE_BYTES = 1024 * 1024
/** Text that compresses better than this is not text. */
const MOST_GROWTH = 100

export type ContentCoding =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly coding: string }
  /** Several layers, or one that nobody here can read. */
  | { readonly kind: 'unreadable'; readonly written: string }

export function contentCodingOf(headers: HeaderMap): ContentCoding {
  const header = headers['content-encoding']
  if (header === undefined) return { kind: 'none' }
  const written = typeof header === 'string' ? header : header.join(', ')
  const codings = written
    .toLowerCase()
    .split(/[ \t]*,[ \t]*/)
    .filter((coding) => coding !== '' && coding !== 'identity')
  const [coding] = codings
  if (coding === undefined) return { kind: 'none' }
  if (codings.length > 1 || !CODINGS.has(coding)) return { kind: 'unreadable', written: written.slice(0, 100) }
  return { kind: 'one', coding }
}

/** The head as it is once the coding is off; without prototype, too. */
export function withoutCoding(headers: HeaderMap): HeaderMap {
  const rest = Object.assign(Object.create(null) as Record<string, HeaderMap[string]>, headers)
  delete rest['content-encoding']
  delete rest['content-length']
  return rest
}

export interface DecoderSink {
  data(chunk: Uint8Array): void
  /** It may take more after it had enough. */
  drained(): void
  end(): void
  failed(reason: Phrase): void
}

/** After `end`, `failed` or `destroy` it calls nothing more. */
export class Decoder {
  readonly #coding: string
  readonly #sink: DecoderSink
  #stream: Transform | undefined
  #paused = false
  #over = false
  #bytesIn = 0
  #bytesOut = 0

  constructor(coding: string, sink: DecoderSink) {
    this.#coding = coding
    this.#sink = sink
  }

  /** False = it has enough for now. */
  write(chunk: Uint8Array): boolean {
    if (this.#over) return true
    this.#bytesIn += chunk.length
    this.#stream ??= this.#open(chunk)
    return this.#stream.write(chunk)
  }

  end(): void {
    if (this.#stream) this.#stream.end()
    else this.#end()
  }

  pause(): void {
    this.#paused = true
    this.#stream?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#stream?.resume()
  }

  destroy(): void {
    this.#over = true
    this.#stream?.destroy()
  }

  #open(first: Uint8Array): Transform {
    const stream = streamFor(this.#coding, first)
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
    stream.on('drain', () => this.#over || this.#sink.drained())
    stream.on('end', () => this.#end())
    stream.on('error', (error) =>
      this.#fail(phrase('body-undecodable', { coding: this.#coding, reason: error.message })),
    )
    if (this.#paused) stream.pause()
    return stream
  }

  #take(chunk: Buffer): void {
    if (this.#over) return
    this.#bytesOut += chunk.length
    if (this.#bytesOut > FREE_BYTES && this.#bytesOut > this.#bytesIn * MOST_GROWTH) {
      this.#fail(phrase('body-grew', { coding: this.#coding, times: MOST_GROWTH }))
    } else {
      this.#sink.data(chunk)
    }
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#sink.end()
  }

  #fail(reason: Phrase): void {
    if (this.#over) return
    this.destroy()
    this.#sink.failed(reason)
  }
}

function streamFor(coding: string, first: Uint8Array): Transform {
  // Loaded by the first body that is coded.
  const zlib = process.getBuiltinModule('node:zlib')
  switch (coding) {
    case 'br':
      return zlib.createBrotliDecompress()
    case 'zstd':
      return zlib.createZstdDecompress()
    case 'deflate':
      // RFC 9110, 8.4.1.2: some send it without the zlib wrapper, whose first byte ends in 8.
      return ((first[0] ?? 0) & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()
    default:
      return zlib.createGunzip()
  }
}
