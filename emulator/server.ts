/** The emulator's HTTP server: each request finds its route, its fault, its answer. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createEmulator, defaultSettings } from './emulator.ts'
import type { Emulator, Settings } from './emulator.ts'
import { Refusal, sendText } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { carryOut } from './instead.ts'
import { refuseForeigners } from './local-only.ts'
import { jsonType, sendJson } from './replies.ts'
import { routes } from './routes.ts'
import type { Route } from './routes.ts'

/** What is left out, or `undefined`, is as `defaultSettings` has it. */
export type EmulatorOptions = { readonly [Name in keyof Settings]?: Settings[Name] | undefined } & {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined
  /** Hears one line for each exchange that has ended. It holds no tokens. */
  readonly log?: ((line: string) => void) | undefined
}

export interface RunningEmulator {
  /** `http://127.0.0.1:PORT`, where all addresses begin. */
  readonly url: string
  readonly port: number
  /** Ends all connections at once. */
  close(): Promise<void>
}

const host = '127.0.0.1'
/** Enough for a thousand streams that are opened at the same moment. */
const backlog = 4_096

/** Rejects with Node's own error (`EADDRINUSE`) when the port cannot be had. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const { port: wantedPort = 0, log, ...settings } = options
  const server = createServer({ keepAliveTimeout: 65_000 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: wantedPort, host, backlog }, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port')
  const { port } = address
  const url = `http://${host}:${port}`
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  const emulator = createEmulator(url, { ...defaultSettings, ...Object.fromEntries(given) })
  server.on('request', (request, response) => {
    void takeExchange({ request, response, emulator, log })
  })
  return {
    url,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly emulator: Emulator
  readonly log: ((line: string) => void) | undefined
}

async function takeExchange({ request, response, emulator, log }: Arrival): Promise<void> {
  const startedAtMs = performance.now()
  const { pathname: path, searchParams: query } = addressOf(request)
  const method = request.method ?? ''
  const route = routes.find((candidate) => candidate.method === method && candidate.path === path)
  const { counters } = emulator
  const isCounted = route?.faults !== 'none'
  const endpoint = route === undefined ? 'other' : `${method} ${path}`
  const gone = new AbortController()
  const exchange: Exchange = {
    request,
    response,
    method,
    path,
    query,
    gone: gone.signal,
    onStatus: (status) => isCounted && counters.answered(endpoint, status),
    fault: undefined,
    brokenOnPurpose: false,
  }
  if (isCounted) counters.arrived(endpoint)
  response.once('close', () => {
    if (!response.writableFinished && !exchange.brokenOnPurpose) counters.add('aborted')
    gone.abort()
    const status = response.headersSent ? response.statusCode : 'no answer'
    log?.(`${method} ${path} ${status} ${Math.round(performance.now() - startedAtMs)} ms`)
  })
  try {
    await answer(exchange, emulator, route)
  } catch (error) {
    answerError(exchange, error)
  }
}

async function answer(exchange: Exchange, emulator: Emulator, route: Route | undefined): Promise<void> {
  if (route === undefined) throw noSuchAddress(exchange)
  if (route.audience === 'owner') refuseForeigners(exchange, emulator.url)
  if (route.faults !== 'none') {
    const fault = emulator.faults.takeInstead(exchange.path)
    if (fault !== undefined) emulator.counters.fault(fault.kind)
    if (fault !== undefined && (await carryOut(fault, exchange)) === 'over') return
  }
  if (route.faults === 'all') {
    exchange.fault = emulator.faults.takeSpoiling(exchange.path)
    if (exchange.fault !== undefined) emulator.counters.fault(exchange.fault.kind)
  }
  await route.answer(exchange, emulator)
}

function answerError(exchange: Exchange, error: unknown): void {
  // Whoever has left needs no answer; that they left was counted when the connection closed.
  if (exchange.gone.aborted || exchange.response.destroyed) return
  if (error instanceof Refusal && !exchange.response.headersSent) {
    if (error.body === undefined) return sendText(exchange, error.status, '', error.headers)
    return sendJson(exchange, error.status, error.body, error.headers)
  }
  process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`)
  if (exchange.response.headersSent) exchange.response.destroy()
  else sendJson(exchange, 500, { error: { code: 'emulator_error', message: String(error) } }, jsonType)
}

function noSuchAddress({ method, path }: Exchange): Refusal {
  const allowed = routes.filter((route) => route.path === path).map((route) => route.method)
  // As the real ones answer below another path than their API's.
  if (allowed.length === 0 && path.startsWith('/hosts/')) return new Refusal(404, undefined)
  if (allowed.length === 0)
    return new Refusal(404, { error: { code: 'not_found', message: `No such address: ${path}` } })
  const message = `${path} takes ${allowed.join(', ')}, not ${method}`
  return new Refusal(405, { error: { code: 'method_not_allowed', message } }, { allow: allowed.join(', ') })
}

function addressOf({ url = '/' }: IncomingMessage): URL {
  return URL.parse(url, 'http://emulator') ?? new URL('http://emulator/')
}
