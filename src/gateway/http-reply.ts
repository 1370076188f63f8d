/** The Reply port over a node:http response. */
import type { ServerResponse } from 'node:http'
import type { Reply } from '../core/reply.ts'

/** A caller that takes nothing for so long holds its upstream for nothing. */
const LONGEST_STALL_MS = 60_000
const LARGEST_JOINED_BYTES = 64 * 1_024

export function httpReply(response: ServerResponse, stallMs = LONGEST_STALL_MS): Reply {
  const gone = new AbortController()
  let onDrain: (() => void) | undefined
  let watched = false
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  /** From the first time on that the caller takes less than it is sent. */
  const limitStall = (): void => {
    response.setTimeout(stallMs)
    if (watched) return
    watched = true
    response.on('timeout', () => response.destroy())
    response.on('drain', () => {
      response.setTimeout(0)
      onDrain?.()
    })
  }
  return {
    head(status, headers) {
      // It goes out with the first bytes, which follow at once.
      response.writeHead(status, headers)
    },
    write(chunk) {
      const flows = response.write(chunk)
      if (!flows) limitStall()
      return flows
    },
    onDrain(listener) {
      onDrain = listener
    },
    end(chunk) {
      // As a string of bytes Node sends it in one piece with the head.
      if (chunk && chunk.byteLength <= LARGEST_JOINED_BYTES) response.end(bytesAsText(chunk), 'latin1')
      else response.end(chunk)
      // Until all of it is out; then Node sets the time for which the connection may rest.
      if (response.socket?.writableLength !== 0) limitStall()
    },
    gone: gone.signal,
  }
}

function bytesAsText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
