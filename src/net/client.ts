/** Outgoing HTTP: the port kept over undici. */
import type { HttpClient } from '../core/ports.ts'
import { Connections } from './connections.ts'
import { dialerWith, type DialOptions } from './dial.ts'
import { Exchange } from './exchange.ts'
import { targetReader } from './target.ts'

export type HttpClientOptions = DialOptions

/**
 * No cap on connections, no redirects, no certificate left unchecked. A handler is called on its own turn, never
 * from inside `send`, `abort`, `pause` or `resume`. `close` gives up what is still going on.
 */
export function openHttpClient(options: HttpClientOptions = {}): HttpClient {
  const connections = new Connections(dialerWith(options))
  const targetFor = targetReader()

  return {
    send(request, handler) {
      const target = targetFor(request.url)
      const exchange = new Exchange({ target, request, handler, connections })
      queueMicrotask(() => {
        if (target.forbidden) exchange.refuse(target.forbidden)
        else exchange.begin()
      })
      return exchange
    },
    close: () => connections.close(),
  }
}
