/** A gateway as people run it: the built program in a process of its own, before an upstream of the test's. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rawAnswer, type RawAnswer } from '../../../src/gateway/fixtures/gateway.ts'
import { ROUTES } from '../../../src/gateway/routes.ts'
import { newHouse, type House } from '../../journeys/support/house.ts'

export interface RealGateway {
  readonly house: House
  readonly upstream: Upstream
  readonly port: number
  readonly pid: number
  /** The owner's. */
  readonly token: string
  /** `127.0.0.1:<port>` */
  readonly host: string
  /** Sends these bytes on a connection of their own, and takes what comes until that is closed. */
  raw(request: string | Uint8Array): Promise<RawAnswer>
  /** A request with `connection: close`, to our Host and with the owner's token, unless `headers` say otherwise. */
  send(place: Place, wish?: SendWish): Promise<RawAnswer>
  end(): Promise<void>
}

export interface Place {
  readonly method: string
  readonly path: string
}

export interface SendWish {
  /** In the token's place; `Name: value`. */
  readonly headers?: readonly string[]
  /** In the place of our Host; an empty list sends none. */
  readonly hosts?: readonly string[]
  readonly body?: string
}

export const BODY = '{"model":"a/m","messages":[{"role":"user","content":"hi"}]}'

/** A path for each route of the table, and two that are none. */
export const PLACES: readonly Place[] = [
  ...ROUTES.flatMap(({ path, methods }) =>
    methods.map((method) => ({ method, path: path.endsWith('/') ? `${path}a/m` : path })),
  ),
  { method: 'GET', path: '/' },
  { method: 'POST', path: '/v1/anything' },
]

/** Model `a/m`; `openclaw` is `a/m`. */
export async function realGateway(gatewaySettings: object = {}): Promise<RealGateway> {
  const house = newHouse()
  const upstream = await openUpstream()
  house.settings({
    gateway: gatewaySettings,
    models: { providers: { a: { baseUrl: upstream.url, apiKey: 'key-of-the-upstream', models: ['m'] } } },
    agents: { defaults: { model: 'a/m' } },
  })
  const { port, token } = await house.gateway()
  const { pid } = JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout) as { readonly pid: number }
  const host = `127.0.0.1:${port}`
  const raw = (request: string | Uint8Array): Promise<RawAnswer> => rawAnswer(port, request)
  return {
    house,
    upstream,
    port,
    pid,
    token,
    host,
    raw,
    send({ method, path }, { headers = [`Authorization: Bearer ${token}`], hosts = [host], body } = {}) {
      const content = body ?? (method === 'POST' ? BODY : '')
      const lines = [
        `${method} ${path} HTTP/1.1`,
        ...hosts.map((name) => `Host: ${name}`),
        ...headers,
        ...(content === '' ? [] : [`Content-Length: ${Buffer.byteLength(content)}`]),
        'Connection: close',
      ]
      return raw(`${lines.join('\r\n')}\r\n\r\n${content}`)
    },
    async end() {
      await house.leave()
      await upstream.end()
    },
  }
}

export interface Upstream {
  readonly url: string
  /** Bodies that came, as they came. */
  readonly bodies: Buffer[]
  /** Streams that nobody has closed yet. */
  streams(): number
  /** Ends those of the user `held`, each as it should. */
  finish(): void
  end(): Promise<void>
}

/** Answers at once; a stream of the user `endless` is a piece every 20 ms until somebody closes, of `held` until it is finished, of `lasts 3000` for so many ms. */
export async function openUpstream(): Promise<Upstream> {
  const bodies: Buffer[] = []
  let streams = 0
  const held = new Set<() => void>()
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces)
      bodies.push(body)
      if (body.includes('"user":"endless"')) {
        streams += 1
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const tick = setInterval(() => void response.write(PIECE), 20)
        response.on('close', () => {
          clearInterval(tick)
          streams -= 1
        })
      } else if (ENDS.test(body.toString('latin1'))) {
        streams += 1
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(PIECE)
        const tick = setInterval(() => void response.write(PIECE), 50)
        const finish = (): void => void response.end(`${FINISH}data: [DONE]\n\n`)
        const lasts = ENDS.exec(body.toString('latin1'))?.groups?.['ms']
        const end = lasts === undefined ? undefined : setTimeout(finish, Number(lasts))
        if (lasts === undefined) held.add(finish)
        response.on('close', () => {
          clearInterval(tick)
          clearTimeout(end)
          held.delete(finish)
          streams -= 1
        })
      } else if (body.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${PIECE}${FINISH}data: [DONE]\n\n`)
      } else response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER)
    })
  })
  return {
    url: `${await listening(server)}/v1`,
    bodies,
    streams: () => streams,
    finish: () => held.forEach((finish) => finish()),
    end: () => ended(server),
  }
}

const ENDS = /"user":"(?:held|lasts (?<ms>\d+))"/
const PIECE = 'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"word "}}]}\n\n'
const FINISH = 'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
const ANSWER = JSON.stringify({
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
})

/** On a free port of 127.0.0.1; its address. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function ended(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** What a process holds in memory now, in bytes (Linux). */
export function memoryOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) * 1_024
}

/** What a process has used of a processor until now, in milliseconds (Linux). */
export function processorMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // proc(5): the name, in brackets, may hold anything; hundredths of a second in user and in system mode.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

export const hasProc = process.platform === 'linux'
