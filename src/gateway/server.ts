/** The gateway's HTTP server: the entrance, a small route table, an end that lets running answers finish. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import { chat } from './chat.ts'
import { entrance, type Entrance } from './entrance.ts'
import { answerError } from './error-answer.ts'
import { modelObject, modelObjects } from './models.ts'
import type { GatewayServices } from './services.ts'

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

export async function startGateway(
  services: GatewayServices,
  options: { readonly port: number; readonly token: string },
): Promise<Gateway> {
  const under = new Set<ServerResponse>()
  let draining = false
  let door: Entrance | undefined

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    under.add(response)
    response.on('close', () => under.delete(response))
    if (draining) response.setHeader('connection', 'close')
    const requestId = services.random.uuid()
    const now = services.clock.now()
    const respond = async (): Promise<void> => {
      if (!door) throw new OpenClawError('shutting-down', {})
      door.checkSite(request)
      await route(request, response, requestId, door, services, () => under.size)
    }
    respond().catch((error: unknown) => {
      const known =
        error instanceof OpenClawError
          ? error
          : new OpenClawError('internal', { detail: 'Something went wrong inside the gateway.' }, { cause: error })
      if (known.code === 'internal')
        process.stderr.write(
          `${now.toISOString()} ${requestId} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        )
      answerError(response, { error: known, requestId, now: services.clock.now() })
    })
  }

  const servers = [await listen(handle, options.port, '127.0.0.1')]
  const address = servers[0]?.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  // IPv6's loopback too, where this machine has one; programs that say `localhost` may come that way.
  const second = await listen(handle, port, '::1').catch(() => undefined)
  if (second) servers.push(second)
  door = entrance(port, options.token)

  const end = (): void => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    active: () => under.size,
    end,
    async drain(mostMs) {
      draining = true
      const closed = servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve())
            server.closeIdleConnections()
          }),
      )
      for (const response of under) if (!response.headersSent) response.setHeader('connection', 'close')
      const cut = setTimeout(end, mostMs)
      await Promise.all(closed)
      clearTimeout(cut)
    },
  }
}

function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  port: number,
  host: string,
): Promise<Server> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 5_000 },
    handle,
  )
  server.maxHeadersCount = 100
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new OpenClawError('port-in-use', { port }) : error)
    })
    server.listen(port, host, () => resolve(server))
  })
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  door: Entrance,
  services: GatewayServices,
  active: () => number,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const method = request.method ?? 'GET'
  const token = door.checkToken(request)
  if (path === '/health') {
    allow(method, ['GET', 'HEAD'])
    return json(response, requestId, token === 'shown' ? health(services, active()) : { status: 'ok' })
  }
  if (token === 'absent') throw new OpenClawError('unauthorized', {})
  if (path === '/v1/chat/completions') {
    allow(method, ['POST'])
    return chat(request, response, requestId, services)
  }
  if (path === '/v1/models') {
    allow(method, ['GET', 'HEAD'])
    return json(response, requestId, { object: 'list', data: modelObjects(services.setup()) })
  }
  if (path.startsWith('/v1/models/')) {
    allow(method, ['GET', 'HEAD'])
    return json(response, requestId, modelObject(path.slice('/v1/models/'.length), services.setup()))
  }
  throw new OpenClawError('route-not-found', { route: `${method} ${path.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)}` })
}

function allow(method: string, methods: readonly string[]): void {
  if (!methods.includes(method)) throw new OpenClawError('method-not-allowed', { method, allowed: methods.join(', ') })
}

function json(response: ServerResponse, requestId: string, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'cache-control': 'no-store',
    'x-request-id': requestId,
  })
  response.end(body)
}

/** All that a person or our own CLI may want to know; for those who show the token. */
function health({ about, clock, problems, state }: GatewayServices, active: number): object {
  const now = clock.now()
  return {
    status: problems().length > 0 || !state.view.writable() ? 'degraded' : 'ok',
    version: about.version,
    pid: process.pid,
    stateFolder: about.stateFolder,
    startedAt: about.startedAt.toISOString(),
    uptimeS: Math.round((now.getTime() - about.startedAt.getTime()) / 1_000),
    // This request is one of those under way.
    streams: active - 1,
    stateWritable: state.view.writable(),
    problems: problems(),
  }
}
