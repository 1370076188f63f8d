/** The gateway's HTTP server: it listens on this machine alone, and ends when its running answers have. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { OpenClawError } from '../core/errors.ts'
import { entrance } from './entrance.ts'
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

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}

/** A port that is ours; whoever asks there is refused until it is served. */
export interface BoundPort {
  readonly port: number
  serve(services: GatewayServices, token: string): Gateway
  close(): void
}

/** Rejects with `port-in-use` where another program is there already. */
export async function bindPort(wished: number): Promise<BoundPort> {
  const sockets = new Set<Socket>()
  const first = await listen(wished, '127.0.0.1', sockets)
  const port = portOf(first) ?? wished
  const servers = [first]
  try {
    // IPv6's loopback too: programs that say `localhost` may come that way, and meet nobody else there.
    servers.push(await listen(port, '::1', sockets))
  } catch (error) {
    if (error instanceof OpenClawError) {
      first.close()
      throw error
    }
    // This machine has no IPv6.
  }

  let take: RequestListener = (_, response) => void response.writeHead(503, { connection: 'close' }).end()
  for (const server of servers) server.on('request', (request, response) => take(request, response))
  const close = (): void => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  return {
    port,
    close,
    serve(services, token) {
      const visiting = visits(entrance(port, token), services)
      take = visiting.take
      return gatewayOn({ servers, sockets, port, visiting, end: close })
    },
  }
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

/** Rejects with `port-in-use` where another program is there already. `sockets` holds the connections of the moment. */
function listen(port: number, host: string, sockets: Set<Socket>): Promise<Server> {
  const server = createServer(LIMITS)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // Of more than so many Node drops the rest; the entrance counts and refuses instead.
  server.maxHeadersCount = 0
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) process.stderr.write(`${error.message}\n`) // a connection that could not be taken (no file left): the next may be
      else reject(error.code === 'EADDRINUSE' ? new OpenClawError('port-in-use', { port }) : error)
    })
    server.listen(port, host, () => resolve(server))
  })
}

function portOf(server: Server): number | undefined {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : undefined
}
