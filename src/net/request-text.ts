/** The bytes of an HTTP/1.1 request (RFC 9112): nothing in it can become a second line, or a second request. */
import { phrase } from '../core/phrase.ts'
import type { OutgoingRequest } from '../core/ports.ts'
import { SaidError } from '../core/said-error.ts'

/** Nothing of it was sent. */
export class UnwritableRequestError extends SaidError {}

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
/** Visible characters, blanks and tabs; what latin1 has above ASCII too. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** What we say of the connection and the body ourselves. */
const OURS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect'])

/** Up to this size head and body are one piece, so that they are one write and most often one packet. */
const LARGEST_JOINED_BYTES = 64 * 1_024

/** In the order in which they are to be written. Throws `UnwritableRequestError`. */
export function requestPieces(
  { method, headers, body }: Pick<OutgoingRequest, 'method' | 'headers' | 'body'>,
  { host, path }: { readonly host: string; readonly path: string },
): readonly Uint8Array[] {
  const length = body?.byteLength ?? (method === 'POST' ? 0 : undefined)
  const head =
    `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n` +
    fieldLines(headers) +
    (length === undefined ? '\r\n' : `content-length: ${length}\r\n\r\n`)
  if (!body || body.byteLength === 0) return [Buffer.from(head, 'latin1')]
  if (head.length + body.byteLength > LARGEST_JOINED_BYTES) return [Buffer.from(head, 'latin1'), body]
  const joined = Buffer.allocUnsafe(head.length + body.byteLength)
  joined.write(head, 'latin1')
  joined.set(body, head.length)
  return [joined]
}

function fieldLines(headers: readonly string[]): string {
  let lines = ''
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? ''
    const value = headers[at + 1] ?? ''
    if (!TOKEN.test(name) || OURS.has(name.toLowerCase()) || !VALUE.test(value)) {
      throw new UnwritableRequestError(phrase('header-unwritable', { name: TOKEN.test(name) ? name : '?' }))
    }
    lines += `${name}: ${value}\r\n`
  }
  return lines
}
