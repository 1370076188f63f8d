/** The head of an HTTP/1.1 answer: status, fields, and what they say of the body and the connection (RFC 9112). */
import { phrase, type Phrase } from '../core/phrase.ts'
import type { HeaderMap } from '../core/ports.ts'

export interface AnswerHead {
  readonly status: number
  /** Lower-case names; a list where a field stands more than once. Without prototype. */
  readonly headers: HeaderMap
  readonly body: Framing
  /** May the connection carry another request after this answer? */
  readonly keepsAlive: boolean
  /** How long the other side promises to wait for it, in ms. */
  readonly restMs?: number
}

/** How the end of the body is found (RFC 9112, 6.3). */
export type Framing =
  | { readonly kind: 'counted'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' }

/** A phrase = why it is none. */
export function readAnswerHead(text: string): AnswerHead | Phrase {
  if (FORBIDDEN.test(text)) return phrase('answer-header')
  const [first = '', ...lines] = text.split('\r\n')
  const start = STATUS_LINE.exec(first)
  if (!start) return phrase('answer-status-line')
  const status = Number(start[2])
  // Nobody asked for one.
  if (status === 101) return phrase('answer-upgrade')
  const headers = readFields(lines)
  if (!headers) return phrase('answer-header')
  const body = framingOf(status, headers)
  if (!('kind' in body)) return body
  const keepsAlive = body.kind !== 'until-close' && persists(start[1] === '1', headers)
  const waits = /(?:^|[,; ])timeout=(\d{1,9})(?:$|[,; ])/i.exec(all(headers['keep-alive']))?.[1]
  return { status, headers, body, keepsAlive, ...(waits !== undefined && { restMs: Number(waits) * 1_000 }) }
}

/** What stands between the last chunk and the end: nobody here wants it, yet it must be what a head may hold (RFC 9112, 7.1.2). */
export function areTrailers(text: string): boolean {
  return !FORBIDDEN.test(text) && readFields(text.split('\r\n')) !== undefined
}

/** Could these bytes grow into a head? */
export function mayBeginHead(input: Buffer, at: number): boolean {
  const met = input.toString('latin1', at, at + BEGINNING.length)
  return BEGINNING.startsWith(met)
}

const BEGINNING = 'HTTP/1.'
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/
/** Control characters, and line ends that are not whole. */
const FORBIDDEN = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/

/** Names as servers write them -> as they are read. Servers write few. */
const known = new Map<string, string>()
const MOST_KNOWN = 500

/** Undefined = it is no field name. */
function nameOf(written: string): string | undefined {
  const name = known.get(written)
  if (name !== undefined) return name
  if (!TOKEN.test(written)) return undefined
  const lower = written.toLowerCase()
  if (known.size < MOST_KNOWN) known.set(written, lower)
  return lower
}

function readFields(lines: readonly string[]): HeaderMap | undefined {
  const fields = Object.create(null) as Record<string, string | string[]>
  let last: string | undefined
  for (const line of lines) {
    // A line that goes on, as they were written long ago (5.2).
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last === undefined) return undefined
      const before = fields[last] ?? ''
      const more = withoutBlanks(line, 0)
      if (typeof before === 'string') fields[last] = `${before} ${more}`
      else before.push(`${before.pop()} ${more}`)
      continue
    }
    const colon = line.indexOf(':')
    const name = nameOf(line.slice(0, Math.max(colon, 0)))
    if (name === undefined) return undefined
    const value = withoutBlanks(line, colon + 1)
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (typeof before === 'string') fields[name] = [before, value]
    else before.push(value)
    last = name
  }
  return fields
}

/** Blanks and tabs only (RFC 9110, 5.6.3): `trim` takes more, and then we read another length than others do. */
function withoutBlanks(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line.charCodeAt(start))) start += 1
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1
  return line.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function framingOf(status: number, headers: HeaderMap): Framing | Phrase {
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  // Two ways to find the end: whoever forwarded this may have seen another one (6.3, 3).
  if (coding !== undefined && length !== undefined) return phrase('answer-length')
  if (status < 200 || status === 204 || status === 304) return { kind: 'counted', bytes: 0 }
  if (coding !== undefined) {
    const written = all(coding)
    return written.toLowerCase() === 'chunked'
      ? { kind: 'chunked' }
      : phrase('answer-transfer-coding', { coding: written.slice(0, 100) })
  }
  if (length === undefined) return { kind: 'until-close' }
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) return phrase('answer-length')
  return { kind: 'counted', bytes: Number(length) }
}

/** RFC 9112, 9.3. */
function persists(isHttp11: boolean, { connection, 'transfer-encoding': coding }: HeaderMap): boolean {
  const options = all(connection).toLowerCase()
  if (/(?:^|[, \t])close(?:$|[, \t])/.test(options)) return false
  // An older server that sends chunks does not know what it does (6.1).
  return isHttp11 || (coding === undefined && /(?:^|[, \t])keep-alive(?:$|[, \t])/.test(options))
}

function all(value: HeaderMap[string]): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ')
}
