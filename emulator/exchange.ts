/** One HTTP exchange while it runs: what came in, what goes out, whether the client is still there. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { SpoilingFault } from './faults.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Aborted as soon as the connection is closed, whoever closed it. */
  readonly gone: AbortSignal
  /** Hears the status when the head goes out. */
  readonly onStatus: (status: number) => void
  /** Set when this exchange's answer is to be spoiled on its way. */
  fault: SpoilingFault | undefined
  /** True when the emulator itself broke the connection, as a fault demanded. */
  brokenOnPurpose: boolean
}

/** Ends the exchange with a status and a body; any handler may throw it. */
export class Refusal extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: OutgoingHttpHeaders

  constructor(status: number, body: unknown, headers: OutgoingHttpHeaders = {}) {
    super(`refused with status ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export function sendHead(exchange: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  exchange.onStatus(status)
  exchange.response.writeHead(status, headers)
}

export function sendText(exchange: Exchange, status: number, text: string, headers: OutgoingHttpHeaders): void {
  sendHead(exchange, status, { ...headers, 'content-length': Buffer.byteLength(text) })
  exchange.response.end(text)
}

/** Breaks the connection after what was already said, as a network would; `reset`: with a TCP reset, and at once. */
export function breakConnection(exchange: Exchange, reset = false): void {
  exchange.brokenOnPurpose = true
  if (reset) exchange.response.socket?.resetAndDestroy()
  else exchange.response.socket?.destroySoon()
}
