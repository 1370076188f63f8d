/** A new socket toward an upstream: TLS that always verifies, plain only toward this machine. */
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { ProxyRule } from '../core/network.ts'
import { NoWayError } from './problem.ts'
import { bareHost, proxyFor } from './proxy.ts'
import { readingIn } from './read-in.ts'
import { openTunnel } from './tunnel.ts'

// Servers on this machine are asked without; with node:crypto behind it, it costs a command 5 ms.
const tls = () => process.getBuiltinModule('node:tls')

export type Dialed = (error: Error | null, socket: Socket | null) => void

/** An upstream's origin, and what is said of a proxy on the way to it. */
export interface Destination {
  readonly target: URL
  readonly proxy: ProxyRule
}

/** Calls back once, with a socket that is ready for the request; the returned act gives up silently. */
export type Dial = (destination: Destination, dialed: Dialed) => () => void

export interface DialOptions {
  /** Where HTTPS_PROXY and its kin are read. */
  readonly environment: NodeJS.ProcessEnv
  /** PEM of authorities that are trusted beside the usual ones (Node's own, and NODE_EXTRA_CA_CERTS's). */
  readonly certificates: readonly string[]
}

export function dialerWith({ environment, certificates }: DialOptions): Dial {
  const secured = securerWith(certificates)
  return ({ target, proxy: rule }, dialed) => {
    const choice = proxyFor(target, rule, environment)
    if (choice.kind === 'unusable') {
      queueMicrotask(() => dialed(new NoWayError(choice.reason), null))
      return () => {}
    }
    if (choice.kind === 'direct') {
      const socket = target.protocol === 'https:' ? secured(target, undefined, dialed) : plain(target, dialed)
      return () => void socket.destroy()
    }
    const { proxy } = choice
    const connectToProxy = (): Socket =>
      proxy.url.protocol === 'https:'
        ? secured(proxy.url, undefined, () => {})
        : connect({ host: bareHost(proxy.url), port: Number(proxy.url.port || 80) })
    let giveUp = openTunnel({ proxy, target, connectToProxy }, (error, tunnel) => {
      if (error || !tunnel) return dialed(error, null)
      const socket = secured(target, tunnel, dialed)
      giveUp = () => void socket.destroy()
    })
    return () => giveUp()
  }
}

/** TLS connections that share one set of trusted authorities, one store of sessions. */
function securerWith(
  certificates: readonly string[],
): (target: URL, tunnel: Socket | undefined, dialed: Dialed) => Socket {
  const sessions = new Map<string, Buffer>()
  let shared: SecureContext | undefined
  const context = (): SecureContext =>
    (shared ??= tls().createSecureContext({
      minVersion: 'TLSv1.2',
      ...(certificates.length > 0 && { ca: [...tls().getCACertificates('default'), ...certificates] }),
    }))

  return (target, tunnel, dialed) => {
    const host = bareHost(target)
    const session = sessions.get(target.host)
    const socket = tls().connect({
      host,
      port: Number(target.port || 443),
      servername: isIP(host) ? '' : host,
      // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default.
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      secureContext: context(),
      ...(session && { session }),
      ...(tunnel && { socket: tunnel }),
    })
    // The host name is not checked again when a session is resumed: only sessions of checked connections are kept.
    let checked = false
    let latest: Buffer | undefined
    const keep = (): void => {
      if (checked && latest) remember(sessions, target.host, latest)
    }
    socket.on('session', (fresh: Buffer) => {
      latest = fresh
      keep()
    })
    return whenReady(socket, 'secureConnect', (error, ready) => {
      checked = ready !== null
      keep()
      dialed(error, ready)
    })
  }
}

function plain(target: URL, dialed: Dialed): Socket {
  const socket = readingIn((onread) =>
    connect({ host: bareHost(target), port: Number(target.port || 80), lookup: thisMachine, onread }),
  )
  return whenReady(socket, 'connect', dialed)
}

function whenReady<Kind extends Socket>(socket: Kind, event: 'connect' | 'secureConnect', dialed: Dialed): Kind {
  let settled = false
  const settle = (error: Error | null): void => {
    if (settled) return
    settled = true
    dialed(error, error ? null : socket)
  }
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  socket.once(event, () => settle(null))
  // Stays on: an error between two owners must not end the process.
  socket.on('error', settle)
  return socket
}

/** RFC 6761, 6.3: `localhost` is this machine, whatever a name server says. */
const thisMachine: LookupFunction = (_name, options, found) => {
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
  if (options.all) return found(null, both)
  found(null, '127.0.0.1', 4)
}

/** The newest of at most 100 hosts. */
function remember(sessions: Map<string, Buffer>, host: string, session: Buffer): void {
  sessions.delete(host)
  sessions.set(host, session)
  const [oldest] = sessions.keys()
  if (sessions.size > 100 && oldest !== undefined) sessions.delete(oldest)
}
