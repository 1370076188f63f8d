/** The last answer of a connection reaches its caller, though that one may still be sending. */
import type { ServerResponse } from 'node:http'

/** So long a caller has to see that it was answered. */
const LONGEST_LINGER_MS = 2_000

/**
 * A connection that is closed with bytes unread is reset, and the reset can overtake the answer. So what is left of
 * the request is thrown away first; one whose connection lives on is read to its end by Node itself.
 */
export function endAfterRequest(response: ServerResponse, body: Buffer): void {
  const { req: request } = response
  const isLast = response.getHeader('connection') === 'close' || request.headers.connection?.toLowerCase() === 'close'
  if (request.complete || !isLast) return void response.end(body)
  if (request.method !== 'HEAD') response.write(body)
  const end = (): void => {
    clearTimeout(patience)
    response.end()
  }
  const patience = setTimeout(end, LONGEST_LINGER_MS)
  request.once('end', end).once('close', end).resume()
}
