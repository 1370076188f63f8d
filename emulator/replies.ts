/** JSON answers, also the spoiled ones. */
import type { OutgoingHttpHeaders } from 'node:http'
import { breakConnection, sendHead, sendText } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Spoil } from './format.ts'

export const jsonType = { 'content-type': 'application/json' }

/** Sends the body, unless a fault waits for this answer: then what the fault makes of it. */
export function sendJson(
  exchange: Exchange,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
  errorBody?: Spoil['errorBody'],
): void {
  const { fault } = exchange
  const text = JSON.stringify(body)
  const half = text.slice(0, Math.ceil(text.length / 2))
  if (fault === undefined || fault.kind === 'delay' || fault.kind === 'no-done' || fault.kind === 'finish')
    return sendText(exchange, status, text, { ...jsonType, ...headers })
  if (fault.kind === 'malformed') return sendText(exchange, status, half, { ...jsonType, ...headers })
  if (fault.kind === 'error-in-stream') {
    const { code, message } = fault
    const spoiled = errorBody?.(fault) ?? { error: { code, message, param: null, type: code } }
    return sendText(exchange, status, JSON.stringify(spoiled), { ...jsonType, ...headers })
  }
  if (fault.kind === 'cut' && fault.clean) return sendText(exchange, status, half, { ...jsonType, ...headers })
  sendHead(exchange, status, { ...jsonType, 'content-length': Buffer.byteLength(text) })
  exchange.response.write(half)
  if (fault.kind === 'cut') breakConnection(exchange, fault.reset)
}
