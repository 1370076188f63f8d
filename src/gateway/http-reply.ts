/** The Reply port over a node:http response. */
import type { ServerResponse } from 'node:http'
import type { Reply } from '../core/reply.ts'

export function httpReply(response: ServerResponse): Reply {
  const gone = new AbortController()
  let onDrain: (() => void) | undefined
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  response.on('drain', () => onDrain?.())
  return {
    head(status, headers) {
      response.writeHead(status, headers)
      response.flushHeaders()
    },
    write: (chunk) => response.write(chunk),
    onDrain(listener) {
      onDrain = listener
    },
    end(chunk) {
      if (chunk) response.end(chunk)
      else response.end()
    },
    gone: gone.signal,
  }
}
