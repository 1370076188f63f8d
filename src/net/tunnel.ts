/** A way through an HTTP proxy (CONNECT; RFC 9110, 9.3.6). */
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { phrase } from '../core/phrase.ts'
import { NoWayError } from './problem.ts'

/** RFC 9110, 15.5.8. */
const LOGIN_WANTED = 407

export interface Way {
  readonly proxy: URL
  readonly target: URL
  readonly connectToProxy: () => Socket
}

/** Calls back once, with a socket at whose end the target listens; the returned act gives up silently. */
export function openTunnel(
  { proxy, target, connectToProxy }: Way,
  opened: (error: Error | null, socket: Socket | null) => void,
): () => void {
  const authority = `${target.hostname}:${target.port || 443}`
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorizationFor(proxy) },
    createConnection: connectToProxy,
  })
  let settled = false
  const settle = (error: Error | null, socket: Socket | null): void => {
    if (settled) return
    settled = true
    opened(error, socket)
  }
  // Node hands every answer to CONNECT here, whatever its status.
  asked.on('connect', (answer, socket, early) => {
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300 && early.length === 0 && !settled) return settle(null, socket)
    socket.destroy()
    const told =
      status === LOGIN_WANTED && !proxy.username
        ? phrase('proxy-wants-login', { proxy: proxy.host })
        : phrase('proxy-refused', { proxy: proxy.host, status })
    settle(new NoWayError(told), null)
  })
  asked.on('error', (error) => {
    settle(new NoWayError(phrase('proxy-unusable', { proxy: proxy.host, reason: error.message })), null)
  })
  asked.end()
  return () => {
    settled = true
    asked.destroy()
  }
}

function authorizationFor(proxy: URL): { readonly 'proxy-authorization'?: string } {
  if (!proxy.username && !proxy.password) return {}
  const pair = `${unescaped(proxy.username)}:${unescaped(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A password with a bare % was written as it is.
    return text
  }
}
