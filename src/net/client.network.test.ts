/** The way to upstreams changed under a running client: the next request takes the new one, what is under way goes on. */
import { createServer as createProxy, type IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import type { Network } from '../core/network.ts'
import type { HttpClient } from '../core/ports.ts'
import { Secret } from '../core/secret.ts'
import { ask, listen, openClient, pem, post, record, until } from './fixtures/servers.ts'

const NONE: Network = { proxy: { kind: 'off' } }
const AUTHORITY = { file: 'ca.pem', certificates: [pem('ca')] }

interface Upstream {
  readonly port: number
  /** How many connections were made to it. */
  readonly connections: () => number
  /** How many of them are open. */
  readonly open: () => number
  /** Answers of `/slow` that wait for their last piece. */
  readonly waiting: (() => void)[]
}

async function tlsUpstream(): Promise<Upstream> {
  let connections = 0
  let open = 0
  const waiting: (() => void)[] = []
  const server = createServer({ key: pem('server-key'), cert: pem('server') }, (request, response) => {
    request.resume()
    if (request.url !== '/slow') return void response.end('ok')
    response.write('begun')
    waiting.push(() => response.end(' and ended'))
  })
  server.on('secureConnection', (socket: Socket) => {
    connections += 1
    open += 1
    socket.on('close', () => (open -= 1))
  })
  return { port: await listen(server), connections: () => connections, open: () => open, waiting }
}

interface TunnelProxy {
  readonly url: string
  readonly asked: string[]
}

/** Leads every name to one port of this machine. */
async function proxyTo(port: number): Promise<TunnelProxy> {
  const asked: string[] = []
  const server = createProxy()
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? '')
    socket.on('error', () => {})
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const onward = connect(port, '127.0.0.1', () => socket.pipe(onward).pipe(socket))
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked }
}

const by = ({ url }: TunnelProxy): Network['proxy'] => ({ kind: 'proxy', url: new Secret(url), place: 'gateway.proxy' })

function changing(first: Network): { readonly client: HttpClient; readonly set: (next: Network) => void } {
  let now = first
  return { client: openClient({ network: () => now }), set: (next) => void (now = next) }
}

const PAGE = post('https://api.example.test/')
const SLOW = post('https://api.example.test/slow')

it('takes another proxy from the next request on, and lets a running answer end on the old one', async () => {
  const upstream = await tlsUpstream()
  const [first, second] = [await proxyTo(upstream.port), await proxyTo(upstream.port)]
  const { client, set } = changing({ proxy: by(first), ca: AUTHORITY })
  const running = record()
  client.send(SLOW, running.handler)
  await running.begun
  set({ proxy: by(second), ca: AUTHORITY })
  expect((await ask(client, PAGE)).text()).toBe('ok')
  expect([first.asked.length, second.asked.length]).toEqual([1, 1])
  upstream.waiting[0]?.()
  await running.over
  expect(running.text()).toBe('begun and ended')
  expect((await ask(client, PAGE)).text()).toBe('ok')
  expect([first.asked.length, second.asked.length]).toEqual([1, 1])
})

it('trusts an authority from the next request on, without a new start', async () => {
  const { port } = await tlsUpstream()
  const { client, set } = changing(NONE)
  const page = post(`https://127.0.0.1:${port}/`)
  expect((await ask(client, page)).problem()).toMatchObject({ kind: 'tls', message: expect.saying('gateway.ca') })
  set({ ...NONE, ca: AUTHORITY })
  expect((await ask(client, page)).text()).toBe('ok')
})

it('serves nobody by a connection whose authority is trusted no more, but lets running answers end', async () => {
  const upstream = await tlsUpstream()
  const page = post(`https://127.0.0.1:${upstream.port}/`)
  const { client, set } = changing({ ...NONE, ca: AUTHORITY })
  const running = record()
  client.send(post(`https://127.0.0.1:${upstream.port}/slow`), running.handler)
  await running.begun
  expect((await ask(client, page)).text()).toBe('ok')
  expect(upstream.connections()).toBe(2)
  set(NONE)
  expect((await ask(client, page)).events).toEqual(['problem tls'])
  // Far sooner than a connection that rests would be closed.
  await until(() => upstream.open() === 1)
  expect(upstream.open()).toBe(1)
  upstream.waiting[0]?.()
  await running.over
  expect(running.events.at(-1)).toBe('end')
  await until(() => upstream.open() === 0)
  expect(upstream.open()).toBe(0)
  expect((await ask(client, page)).events).toEqual(['problem tls'])
})

it('keeps its connections when the same certificates are read anew', async () => {
  const upstream = await tlsUpstream()
  const page = post(`https://127.0.0.1:${upstream.port}/`)
  const { client, set } = changing({ ...NONE, ca: AUTHORITY })
  await ask(client, page)
  set({ ...NONE, ca: { ...AUTHORITY, certificates: [pem('ca')] } })
  expect((await ask(client, page)).text()).toBe('ok')
  expect(upstream.connections()).toBe(1)
})

it('closes what is left of an earlier way, too', async () => {
  const upstream = await tlsUpstream()
  const { client, set } = changing({ ...NONE, ca: AUTHORITY })
  const running = record()
  client.send(post(`https://127.0.0.1:${upstream.port}/slow`), running.handler)
  await running.begun
  set(NONE)
  await ask(client, post(`https://127.0.0.1:${upstream.port}/`))
  await client.close()
  await running.over
  expect(running.problem()?.kind).toBe('aborted')
})

it("goes by a request's own proxy, and shares no connection with requests that go another way", async () => {
  const upstream = await tlsUpstream()
  const [general, own] = [await proxyTo(upstream.port), await proxyTo(upstream.port)]
  const { client } = changing({ proxy: by(general), ca: AUTHORITY })
  for (let round = 0; round < 2; round += 1) {
    expect((await ask(client, PAGE)).text()).toBe('ok')
    expect((await ask(client, { ...PAGE, proxy: by(own) })).text()).toBe('ok')
    const straight = await ask(client, { ...PAGE, proxy: { kind: 'off' } })
    expect(straight.events).toEqual(['problem dns'])
  }
  expect([general.asked, own.asked]).toEqual([['api.example.test:443'], ['api.example.test:443']])
  await until(() => upstream.connections() === 2)
  expect(upstream.connections()).toBe(2)
})

it('sends nothing while the proxy is named by a variable that is not set', async () => {
  const { client } = changing({ proxy: { kind: 'unset', variable: 'OFFICE_PROXY', place: 'gateway.proxy' } })
  const answer = await ask(client, PAGE)
  expect(answer.problem()).toMatchObject({ kind: 'refused', neverSent: true, message: expect.saying('OFFICE_PROXY') })
})
