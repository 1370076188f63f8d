/** A way through an HTTP proxy (CONNECT; RFC 9110, 9.3.6). */
import type { Socket } from 'node:net'
import { phrase } from '../core/phrase.ts'
import type { Secret } from '../core/secret.ts'
import { NoWayError } from './problem.ts'
import type { Proxy } from './proxy.ts'

/** RFC 9110, 15.5.8. */
const LOGIN_WANTED = 407

export interface Way {
  readonly proxy: Proxy
  readonly target: URL
  readonly connectToProxy: () => Socket
}

/** Calls back once, with a socket at whose end the target listens; the returned act gives up silently. */
export function openTunnel(
  { proxy: { url: proxy, login }, target, connectToProxy }: Way,
  opened: (error: Error | null, socket: Socket | null) => void,
): () => void {
  const authority = `${target.hostname}:${target.port || 443}`
  // Few are behind a proxy; node:http costs a command 3 ms.
  const asked = process.getBuiltinModule('node:http').request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorizationFor(login) },
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
      status === LOGIN_WANTED && !login
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

function authorizationFor(login: Secret | undefined): { readonly 'proxy-authorization'?: string } {
  return login ? { 'proxy-authorization': `Basic ${Buffer.from(login.reveal()).toString('base64')}` } : {}
}
