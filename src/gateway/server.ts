/** The gateway's HTTP server: where it listens, and how it ends when its running answers have. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { OpenClawError } from '../core/errors.ts'
import type { Predecessor } from '../service/handed-sockets.ts'
import { proofOf } from '../service/proof.ts'
import { stderr } from '../system/outlets.ts'
import type { Secret } from '../core/secret.ts'
import { forward } from './forward.ts'
import { callersOf } from './callers.ts'
import { entrance, type Entrance } from './entrance.ts'
import type { Certificate } from '../service/certificate.ts'
import { secureOutside } from './outside.ts'
import type { GatewayServices } from './services.ts'
import { visits, type Visits } from './visits.ts'

export interface Gateway {
  readonly port: number
  readonly url: string
  /** Requests under way. */
  active(): number
  /** Stops listening at once; resolves when the last answer has ended, or after `mostMs`, when what is left is cut. */
  drain(mostMs: number): Promise<void>
  /**
   * The same, once another process listens here too: a connection that rests is not closed under a request that may be on its
   * way; what is asked on it is passed on to that process, as its last, and otherwise it rests until its own time is over.
   */
  handOver(mostMs: number): Promise<void>
  /** Ends connections on which a token was shown that counts no longer, whatever runs there. */
  recheck(): void
  /** What another process would listen with. */
  readonly listeners: readonly NetServer[]
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

/** A port that is ours; whoever asks there waits until it is served. */
export interface BoundPort {
  readonly port: number
  /** `token` = the owner's, as it counts now. */
  serve(services: GatewayServices, token: () => Secret): Gateway
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
  /** From the process before us, which listens there: both then do. */
  readonly predecessor?: Pick<Predecessor, 'receive'>
}

/** Rejects with `port-in-use` where another program is there already, with `bind-elsewhere` at a foreign address. */
export async function bindPort({ port: wished, outside, limits = LIMITS, predecessor }: BindWish): Promise<BoundPort> {
  const sockets = new Set<Socket>()
  const waiting: Parameters<RequestListener>[] = []
  let take: RequestListener = (...asked) => void waiting.push(asked)
  const newServer = (): Server => {
    const server = serverWith({ limits, certificate: outside?.certificate }, sockets)
    server.on('request', (request, response) => take(request, response))
    return server
  }
  const servers = predecessor
    ? await inherited(predecessor, newServer)
    : await listening({ port: wished, outside: outside?.address }, newServer)
  const port = portOf(servers[0]) ?? wished
  const close = (): void => closeAll(servers)
  return {
    port,
    close,
    serve(services, token) {
      const door = entrance({
        port,
        callers: callersOf(token, services.state),
        settings: () => services.setup().settings.gateway,
      })
      const visiting = visits(door, services, (challenge) => proofOf(token(), port, challenge))
      take = visiting.take
      for (const asked of waiting.splice(0)) take(...asked)
      return gatewayOn({
        servers,
        sockets,
        port,
        visiting,
        door,
        passOn: () => (take = (...asked) => visiting.pass(...asked, (...come) => forward(...come, port))),
        end: close,
      })
    },
  }
}

async function listening(
  { port: wished, outside }: { readonly port: number; readonly outside: string | undefined },
  newServer: () => Server,
): Promise<readonly Server[]> {
  const [first = LOOPBACK, ...others] = addressesOf(outside)
  const servers = [await listen(newServer(), { port: wished, address: first })]
  const port = portOf(servers[0]) ?? wished
  for (const address of others) {
    try {
      servers.push(await listen(newServer(), { port, address }))
    } catch (error) {
      // IPv6's loopback may be missing on this machine.
      if (address === LOOPBACK_6 && !(error instanceof OpenClawError)) continue
      closeAll(servers)
      throw error
    }
  }
  return servers
}

async function inherited(
  predecessor: Pick<Predecessor, 'receive'>,
  newServer: () => Server,
): Promise<readonly Server[]> {
  const servers: Server[] = []
  const receiving = predecessor.receive((given) => {
    const server = newServer()
    server.on('error', tellOfConnection)
    server.listen(given)
    servers.push(server)
  })
  try {
    await receiving
  } catch (error) {
    // A part of it would stand in the way of whoever listens there next.
    closeAll(servers)
    throw error
  }
  return servers
}

function closeAll(servers: readonly Server[]): void {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
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
  readonly door: Entrance
  /** From now on another process answers. */
  readonly passOn: () => void
  readonly end: () => void
}

function gatewayOn({
  servers,
  sockets,
  port,
  visiting: { open, settled, recheck },
  door,
  passOn,
  end,
}: Serving): Gateway {
  const ended = async (closed: readonly Promise<void>[], mostMs: number): Promise<void> => {
    const cut = setTimeout(end, mostMs)
    await Promise.all(closed)
    clearTimeout(cut)
    await settled()
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    listeners: servers,
    active: () => open.size,
    end,
    recheck() {
      for (const socket of sockets) if (!door.mayStay(socket)) socket.destroy()
      // Behind a proxy a connection is nobody's.
      recheck()
    },
    async drain(mostMs) {
      const closed = servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve())))
      lastAnswers(servers, open)
      closeAsTheyRest(servers, open)
      // A connection on which nothing was asked yet is not idle to Node, which would wait for its request.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      await ended(closed, mostMs)
    },
    async handOver(mostMs) {
      // The close of an HTTP server ends what rests, too.
      const closed = servers.map(
        (server) => new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve())),
      )
      passOn()
      lastAnswers(servers, open)
      await ended(closed, mostMs)
    },
  }
}

/** From now on an answer is its connection's last. */
function lastAnswers(servers: readonly Server[], open: Visits['open']): void {
  for (const response of open.keys()) if (!response.headersSent) response.setHeader('connection', 'close')
  for (const server of servers) {
    server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
  }
}

function closeAsTheyRest(servers: readonly Server[], open: Visits['open']): void {
  const closeIdle = (): void => {
    for (const server of servers) server.closeIdleConnections()
  }
  for (const response of open.keys()) response.on('close', () => setImmediate(closeIdle))
  closeIdle()
}

/** `sockets` holds the connections of the moment. */
function serverWith(
  { limits, certificate }: { readonly limits: Limits; readonly certificate: Certificate | undefined },
  sockets: Set<Socket>,
): Server {
  const server = createServer(limits)
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }
  if (certificate) secureOutside(server, certificate, keep)
  server.on('connection', keep)
  // Of more than so many Node drops the rest; the entrance counts and refuses instead.
  server.maxHeadersCount = 0
  return server
}

/** Rejects as `bindPort` does. */
function listen(
  server: Server,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) tellOfConnection(error)
      else reject(bindError(error, port, address))
    })
    server.listen(port, address, () => resolve(server))
  })
}

/** One could not be taken (no file left): the next may be. */
function tellOfConnection({ message }: Error): void {
  stderr.write(`${message}\n`)
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
