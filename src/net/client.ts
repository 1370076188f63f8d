/** Outgoing HTTP: the port kept over connections of our own. */
import type { Authorities, Network } from '../core/network.ts'
import type { HttpClient } from '../core/ports.ts'
import { Connections } from './connections.ts'
import { dialerWith } from './dial.ts'
import { Exchange } from './exchange.ts'
import { targetReader } from './target.ts'

export interface HttpClientOptions {
  /** Where HTTPS_PROXY and its kin are read; none = no proxy. */
  readonly proxyFromEnv?: NodeJS.ProcessEnv
  /** Looked at with each request: a change holds from the next one on, and what is under way goes on. */
  readonly network?: () => Network
}

const USUAL: Network = { proxy: { kind: 'environment' } }

/**
 * No cap on connections, no redirects, no certificate left unchecked. A handler is called on its own turn, never
 * from inside `send`, `abort`, `pause` or `resume`. `close` gives up what is still going on.
 */
export function openHttpClient({ proxyFromEnv = {}, network = () => USUAL }: HttpClientOptions = {}): HttpClient {
  let known = network()
  const dialer = ({ ca }: Network): ReturnType<typeof dialerWith> =>
    dialerWith({ environment: proxyFromEnv, certificates: ca?.certificates ?? [] })
  const connections = new Connections(dialer(known))
  const targetFor = targetReader()

  const present = (): Network => {
    const now = network()
    if (now === known) return now
    // Whoever is trusted no more must not serve by a connection that was made before.
    if (!areSame(now.ca, known.ca)) connections.dialAnew(dialer(now))
    known = now
    return now
  }

  return {
    send(request, handler) {
      const { proxy } = present()
      const target = targetFor(request.url, request.proxy ?? proxy)
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

function areSame(one: Authorities | undefined, other: Authorities | undefined): boolean {
  return one?.certificates.join('\n') === other?.certificates.join('\n')
}
