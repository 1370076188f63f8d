/** The Reply port over a node:http response. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Reply } from '../core/reply.ts'

/** A caller that takes nothing for so long holds its upstream for nothing. */
const LONGEST_STALL_MS = 60_000
const LARGEST_JOINED_BYTES = 64 * 1_024

export function httpReply(response: ServerResponse, stallMs = LONGEST_STALL_MS): Reply {
  const gone = new AbortController()
  let onDrain: (() => void) | undefined
  let begun = false
  let limit: (() => void) | undefined
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })

  /** From the first time on that the caller takes less than it is sent. */
  const limitStall = (): void => {
    limit ??= stallLimit(response, stallMs, () => onDrain?.())
    limit()
  }

  /** In one write, framed as Node would frame it (RFC 9112, 7.1), where Node would make four of it. */
  const writePiece = (chunk: Uint8Array): boolean => {
    const { socket } = response
    if (!begun || !socket || !response.chunkedEncoding || chunk.byteLength > LARGEST_JOINED_BYTES) {
      begun = true
      return response.write(chunk)
    }
    if (chunk.byteLength === 0) return true
    return socket.write(`${chunk.byteLength.toString(16)}\r\n${bytesAsText(chunk)}\r\n`, 'latin1')
  }

  return {
    head(status, headers) {
      // It goes out with the first bytes, which follow at once.
      response.writeHead(status, headers)
    },
    write(chunk) {
      const flows = writePiece(chunk)
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

/** The returned act begins the time anew, which ends when the caller has taken all; then `drained` is called. */
function stallLimit(response: ServerResponse, stallMs: number, drained: () => void): () => void {
  let heard: Socket | ServerResponse | undefined
  const onDrain = (): void => {
    response.setTimeout(0)
    drained()
  }
  response.on('timeout', () => response.destroy())
  // Before Node gives the connection to the answer that waits behind this one (pipelining).
  response.prependListener('finish', () => response.setTimeout(0))
  response.on('close', () => heard?.off('drain', onDrain))
  return () => {
    response.setTimeout(stallMs)
    // The connection's own, as pieces go past the response; it outlives the answer. One that waits behind another has none yet.
    const from = response.socket ?? response
    if (from === heard) return
    heard?.off('drain', onDrain)
    heard = from
    from.on('drain', onDrain)
  }
}

function bytesAsText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
