/** A request that comes to a process which has handed over, passed on to the one that serves now. */
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'

/** Of one connection; on the next one they are ours to say. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'upgrade',
])

/** It came in by our own door, so it may come from this machine there. `port` = where both have listened. */
export function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method = 'GET', url = '/', rawHeaders } = request
  const isChunked = request.headers['transfer-encoding'] !== undefined
  const headers = [
    'host',
    `127.0.0.1:${port}`,
    ...without(rawHeaders, 'host'),
    ...(isChunked ? ['transfer-encoding', 'chunked'] : []),
  ]
  const path = url.startsWith('/') ? url : url.replace(/^http:\/\/[^/?#]*/i, '') || '/'
  const passed = ask({ host: '127.0.0.1', port, method, path, headers, agent: false })
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, without(answer.rawHeaders))
    response.flushHeaders()
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  // It ended in this moment, too: whoever asks again finds the one after it.
  passed.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(503).end()))
  response.on('close', () => passed.destroy())
  request.on('error', () => passed.destroy())
  request.pipe(passed)
}

function without(rawHeaders: readonly string[], name?: string): string[] {
  const kept: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const written = rawHeaders[at] ?? ''
    const lower = written.toLowerCase()
    if (!OF_CONNECTION.has(lower) && lower !== name) kept.push(written, rawHeaders[at + 1] ?? '')
  }
  return kept
}
