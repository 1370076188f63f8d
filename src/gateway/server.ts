/** The gateway's HTTP server: where it listens, and how it ends when its running answers have. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { OpenClawError } from '../core/errors.ts'
import type { Secret } from '../core/secret.ts'
import { proofOf } from '../service/proof.ts'
import { stderr } from '../system/outlets.ts'
import { callersOf } from './callers.ts'
import { entrance } from './entrance.ts'
import { secureOutside, type Certificate } from './outside.ts'
import type { GatewayServices } from './services.ts'
import { visits, type Visits } from './visits.ts'

export interface Gateway {
  readonly port: number
  readonly url: string
  /** Requests under way. */
  active(): number
  /** Stops listening at once; resolves when the last answer has ended, or after `mostMs`, when what is left is cut. */
  drain(mostMs: number): Promise<void>
  /** Cuts everything now. */
  end(): void
}

/** Milliseconds. */
export interface Limits {
  /** For a head, from the connection's first instant on. */
  readonly headersTimeout: number
  /** For a head and its body. */
  readonly requestTimeout: number
  /** For a connection that rests between two requests. */
  readonly keepAliveTimeout: number
  /** How often the first two are looked at. */
  readonly connectionsCheckingInterval: number
}

export const LIMITS: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}

/** A port that is ours; whoever asks there is refused until it is served. */
export interface BoundPort {
  readonly port: number
  serve(services: GatewayServices, token: Secret): Gateway
  close(): void
}

/** Beside loopback. */
export interface Outside {
  /** Of this machine; `0.0.0.0` and `::` are all that it has. */
  readonly address: string
  /** Undefined = other machines come through trusted proxies, which the entrance knows. */
  readonly certificate?: Certificate
}

export interface BindWish {
  /** 0 = any that is free. */
  readonly port: number
  readonly outside?: Outside
  readonly limits?: Limits
}

/** Rejects with `port-in-use` where another program is there already, with `bind-elsewhere` at a foreign address. */
export async function bindPort({ port: wished, outside, limits = LIMITS }: BindWish): Promise<BoundPort> {
  const sockets = new Set<Socket>()
  const at = (port: number, address: string): Promise<Server> =>
    listen({ port, address, limits, certificate: outside?.certificate }, sockets)
  const [first = LOOPBACK, ...others] = addressesOf(outside?.address)
  const servers = [await at(wished, first)]
  const port = portOf(servers[0]) ?? wished
  const close = (): void => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  for (const address of others) {
    try {
      servers.push(await at(port, address))
    } catch (error) {
      // IPv6's loopback may be missing on this machine.
      if (address === LOOPBACK_6 && !(error instanceof OpenClawError)) continue
      close()
      throw error
    }
  }

  let take: RequestListener = (_, response) => void response.writeHead(503, { connection: 'close' }).end()
  for (const server of servers) server.on('request', (request, response) => take(request, response))
  return {
    port,
    close,
    serve(services, token) {
      const door = entrance({
        port,
        callers: callersOf(token, services.state),
        settings: () => services.setup().settings.gateway,
      })
      const visiting = visits(door, services, (challenge) => proofOf(token, port, challenge))
      take = visiting.take
      return gatewayOn({ servers, sockets, port, visiting, end: close })
    },
  }
}

const LOOPBACK = '127.0.0.1'
/** Programs that say `localhost` may come that way, and meet nobody else there. */
const LOOPBACK_6 = '::1'

/** This machine's own way in is always there, and is plain. */
function addressesOf(outside: string | undefined): readonly string[] {
  if (outside === undefined) return [LOOPBACK, LOOPBACK_6]
  if (outside === '0.0.0.0') return [outside, LOOPBACK_6]
  // It takes IPv4 too.
  if (outside === '::') return [outside]
  return [LOOPBACK, LOOPBACK_6, outside]
}

interface Serving {
  readonly servers: readonly Server[]
  /** The connections of the moment. */
  readonly sockets: ReadonlySet<Socket>
  readonly port: number
  readonly visiting: Visits
  readonly end: () => void
}

function gatewayOn({ servers, sockets, port, visiting: { open, settled }, end }: Serving): Gateway {
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    active: () => open.size,
    end,
    async drain(mostMs) {
      const closed = servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve())))
      closeAsTheyRest(servers, open)
      // A connection on which nothing was asked yet is not idle to Node, which would wait for its request.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      const cut = setTimeout(end, mostMs)
      await Promise.all(closed)
      clearTimeout(cut)
      await settled()
    },
  }
}

/** From now on an answer is its connection's last. */
function closeAsTheyRest(servers: readonly Server[], open: Visits['open']): void {
  const closeIdle = (): void => {
    for (const server of servers) server.closeIdleConnections()
  }
  for (const response of open) {
    if (!response.headersSent) response.setHeader('connection', 'close')
    response.on('close', () => setImmediate(closeIdle))
  }
  for (const server of servers) {
    server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
  }
  closeIdle()
}

interface Place {
  readonly port: number
  readonly address: string
  readonly limits: Limits
  readonly certificate: Certificate | undefined
}

/** Rejects as `bindPort` does. `sockets` holds the connections of the moment. */
function listen({ port, address, limits, certificate }: Place, sockets: Set<Socket>): Promise<Server> {
  const server = createServer(limits)
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }
  if (certificate) secureOutside(server, certificate, keep)
  server.on('connection', keep)
  // Of more than so many Node drops the rest; the entrance counts and refuses instead.
  server.maxHeadersCount = 0
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) stderr.write(`${error.message}\n`) // a connection that could not be taken (no file left): the next may be
      else reject(bindError(error, port, address))
    })
    server.listen(port, address, () => resolve(server))
  })
}

function bindError(error: NodeJS.ErrnoException, port: number, address: string): Error {
  if (error.code === 'EADDRINUSE') return new OpenClawError('port-in-use', { port }, { cause: error })
  const isOwn = address === LOOPBACK || address === LOOPBACK_6
  if (isOwn || !['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(error.code ?? '')) return error
  return new OpenClawError('bind-elsewhere', { address }, { cause: error })
}

function portOf(server: Server | undefined): number | undefined {
  const address = server?.address()
  return typeof address === 'object' && address ? address.port : undefined
}
