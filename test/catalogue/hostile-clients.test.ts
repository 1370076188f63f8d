/** Clients that cost more than they should, or speak no HTTP: rows D of the catalogue against the built program. */
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, deflate, gzip, zstdCompress } from 'node:zlib'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openGateway } from '../../src/gateway/fixtures/gateway.ts'
import { LIMITS } from '../../src/gateway/server.ts'
import { says } from '../../src/serving/fixtures/answers.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { sizeOf } from './sizes.ts'
import { malformed } from './support/malformed.ts'
import { BODY, hasProc, memoryOf, processorMsOf, realGateway, type RealGateway } from './support/real-gateway.ts'
import { seeded } from './support/seeded.ts'

const NO_PROC = 'this system does not tell what a process uses'
const MIB = 1_048_576
const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
const gzipped = promisify(gzip)

let gateway: RealGateway
beforeAll(async () => {
  gateway = await realGateway()
})
afterAll(() => gateway.end())

interface Slow {
  readonly socket: Socket
  readonly text: () => string
  /** Milliseconds until it was closed. */
  readonly closed: Promise<number>
}

function open(port: number, first = '', drip = ''): Slow {
  const began = performance.now()
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (piece) => (text += piece.toString('latin1')))
  socket.on('error', () => undefined)
  if (first !== '') socket.write(first)
  const dripping = drip === '' ? undefined : setInterval(() => void socket.write(drip), 250)
  const closed = new Promise<number>((resolve) => {
    socket.on('close', () => {
      clearInterval(dripping)
      resolve(performance.now() - began)
    })
  })
  onTestFinished(() => void socket.destroy())
  return { socket, text: () => text, closed }
}

async function connected(clients: readonly Slow[]): Promise<readonly Slow[]> {
  await Promise.all(
    clients.map(
      ({ socket }) =>
        new Promise<void>((resolve) => (socket.connecting ? void socket.once('connect', resolve) : resolve())),
    ),
  )
  return clients
}

/** The slowest of a hundred but one, in milliseconds: what others wait meanwhile. */
async function othersWait(): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 100; round += 1) {
    const began = performance.now()
    expect((await gateway.send({ method: 'GET', path: '/v1/models' })).status).toBe(200)
    times.push(performance.now() - began)
  }
  return times.toSorted((one, other) => one - other)[98] ?? 0
}

/** Twice as long as before, and what a busy machine adds. */
const bearable = (beforeMs: number): number => 2 * beforeMs + 25

/** A large run waits the ten seconds out; here a gateway with less patience shows the same. */
const IS_LARGE = sizeOf('D-02') > 10
const HASTY = { ...LIMITS, headersTimeout: 400, requestTimeout: 800, connectionsCheckingInterval: 50 }

it('D-01 and D-02 cost little and hinder nobody with idle connections and endless heads', async (context) => {
  if (!hasProc) return context.skip(NO_PROC)
  const beforeMs = await othersWait()
  // As many are there before: what the heap grows by once is no cost of a connection.
  await connected(Array.from({ length: sizeOf('D-01') }, () => open(gateway.port)))
  const memory = memoryOf(gateway.pid)
  const { idle, all } = waiters(gateway.port)
  await connected(idle)
  // What a busy machine adds comes and goes; what they add would be there twice.
  expect(Math.min(await othersWait(), await othersWait())).toBeLessThan(bearable(beforeMs))
  const eachKib = (memoryOf(gateway.pid) - memory) / 1_024 / idle.length
  expect(eachKib).toBeLessThan(20)
  if (IS_LARGE) await areLetGo(all, LIMITS.headersTimeout)
})

it('D-01 and D-02 let idle connections, endless heads and endless bodies go, in a gateway with less patience too', async () => {
  expect(LIMITS).toMatchObject({ headersTimeout: 10_000, requestTimeout: 60_000 })
  const hasty = await openGateway({}, HASTY)
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: ${hasty.host}\r\nContent-Length: 100000\r\n`
  const slow = Array.from({ length: sizeOf('D-02') }, () =>
    open(hasty.port, `${head}Authorization: Bearer the-token-of-this-gateway\r\n\r\n{`, ' '),
  )
  await until(() => hasty.active() === slow.length)
  const { all } = waiters(hasty.port)
  expect((await hasty.raw(`GET /health HTTP/1.1\r\nHost: ${hasty.host}\r\nConnection: close\r\n\r\n`)).status).toBe(200)
  await areLetGo(all, HASTY.headersTimeout)
  for (const { closed } of slow) expect(await closed).toBeLessThan(2_500)
  await until(() => hasty.active() === 0)
  expect(hasty.upstream.hits('a')).toEqual([])
})

function waiters(port: number): { readonly idle: readonly Slow[]; readonly all: readonly Slow[] } {
  const idle = Array.from({ length: sizeOf('D-01') }, () => open(port))
  const endless = Array.from({ length: sizeOf('D-02') }, () => open(port, 'GET /health HTTP/1.1\r\n', 'x-a: 1\r\n'))
  return { idle, all: [...idle, ...endless] }
}

async function areLetGo(all: readonly Slow[], afterMs: number): Promise<void> {
  for (const { closed, text } of all) {
    const ms = await closed
    expect(text()).toContain('408 Request Timeout')
    expect(ms).toBeGreaterThan(afterMs * 0.9)
    expect(ms).toBeLessThan(afterMs + 5_000)
  }
}

it('D-02 serves others while callers do not read what they asked for', async () => {
  const busy = await openGateway()
  busy.upstream.script('a', says('x'.repeat(4 * MIB)))
  const readers = Array.from({ length: sizeOf('D-02') }, () => {
    const slow = open(busy.port)
    slow.socket.pause()
    const body = BODY.replace('{', '{"stream":true,')
    slow.socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: ${busy.host}\r\nx-api-key: the-token-of-this-gateway\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    return slow
  })
  await until(() => busy.upstream.hits('a').length === readers.length)
  const began = performance.now()
  for (let round = 0; round < 20; round += 1) {
    expect((await busy.raw(`GET /health HTTP/1.1\r\nHost: ${busy.host}\r\nConnection: close\r\n\r\n`)).status).toBe(200)
  }
  expect(performance.now() - began).toBeLessThan(2_000)
  for (const { socket } of readers) socket.destroy()
  await until(() => busy.active() === 0)
})

it('D-03 refuses heads that are too large or have too many lines', async () => {
  const lines = (count: number, length = 1): readonly string[] =>
    Array.from({ length: count }, (_, at) => `x-${at}: ${'v'.repeat(length)}`)
  const bombs = [
    [`x-long: ${'v'.repeat(20_480)}`],
    [`Cookie: ${'v'.repeat(20_480)}`],
    [`${'n'.repeat(20_480)}: v`],
    lines(3_000),
    lines(1_500),
    lines(101),
    lines(150, 100),
    lines(20, 2_000),
    Array.from({ length: 200 }, () => 'x-same: 1'),
    [`Authorization: Bearer ${'v'.repeat(20_480)}`],
  ]
  expect(bombs).toHaveLength(sizeOf('D-03'))
  for (const headers of bombs) {
    expect((await gateway.send({ method: 'GET', path: '/v1/models' }, { headers })).status).toBe(431)
  }
  const { status } = await gateway.send({ method: 'GET', path: `/v1/models/${'a'.repeat(20_480)}` })
  expect(status).toBe(431)
})

it('D-04 refuses bodies without end at 32 MiB, and keeps nothing of them', async (context) => {
  if (!hasProc) return context.skip(NO_PROC)
  const watch = watchMemory()
  expect(await endlessBody()).toBe(413)
  expect(watch.grownMib()).toBeLessThan(48)
  const each = sizeOf('D-04') / 3
  for (let round = 1; round < each; round += 1) expect(await endlessBody()).toBe(413)
  const rounds = Array.from({ length: each })
  const announced = [`Authorization: Bearer ${gateway.token}`, 'Content-Length: 1073741824']
  const place = { method: 'POST', path: '/v1/chat/completions' }
  const head = `POST ${place.path} HTTP/1.1\r\nHost: ${gateway.host}\r\nAuthorization: Bearer ${gateway.token}\r\n`
  // What comes after the announced end is a request of its own, and none that is one.
  const longer = `${head}Content-Length: 2\r\n\r\n{}${'x'.repeat(MIB)}`
  const [unsent, longers] = await Promise.all([
    // Never sent: the connection stays a moment, for a caller that is still sending.
    Promise.all(rounds.map(() => gateway.send(place, { headers: announced, body: '' }))),
    Promise.all(rounds.map(() => gateway.raw(longer))),
  ])
  for (const { status } of unsent) expect(status).toBe(413)
  for (const { text } of longers) {
    expect(new Set(text.match(/^HTTP\/1\.1 \d+/gm))).toEqual(new Set(['HTTP/1.1 400']))
  }
  // One after the other: what is thrown away lies about until V8 collects it, which it does once that is 64 MiB.
  expect(watch.grownMib()).toBeLessThan(48 + 64)
  expect(gateway.upstream.bodies).toHaveLength(0)
})

/** Chunks until it is answered, at most 200 MiB. */
function endlessBody(): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = false
    let sent = 0
    const asked = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method: 'POST',
        path: '/v1/chat/completions',
        agent: false,
        headers: { authorization: `Bearer ${gateway.token}`, 'transfer-encoding': 'chunked' },
      },
      (response) => {
        answered = true
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    const piece = Buffer.alloc(MIB, ' ')
    const send = (): void => {
      if (answered || (sent += 1) > 200) return
      if (asked.write(piece)) setImmediate(send)
      else asked.once('drain', send)
    }
    asked.on('error', (error) => (answered ? undefined : reject(error)))
    send()
  })
}

function watchMemory(): { readonly grownMib: () => number } {
  const before = memoryOf(gateway.pid)
  let most = before
  const look = setInterval(() => (most = Math.max(most, memoryOf(gateway.pid))), 10)
  onTestFinished(() => clearInterval(look))
  return { grownMib: () => (Math.max(most, memoryOf(gateway.pid)) - before) / MIB }
}

it('D-05 spends memory and time in proportion to the size of a request', { timeout: 60_000 }, async (context) => {
  if (!hasProc) return context.skip(NO_PROC)
  const sizes = [1_024, 32_768, MIB, 8 * MIB, 32 * MIB - 4_096]
  const places = [
    { method: 'POST', path: '/v1/chat/completions' },
    { method: 'GET', path: '/v1/models' },
  ]
  expect(sizes.length * places.length).toBe(sizeOf('D-05'))
  for (const place of places) {
    for (const size of sizes) {
      const body = BODY.replace('"hi"', `"${'x'.repeat(size - BODY.length)}"`)
      const watch = watchMemory()
      const spent = processorMsOf(gateway.pid)
      expect((await gateway.send(place, { body })).status).toBe(200)
      const spentMs = processorMsOf(gateway.pid) - spent
      // What collecting garbage leaves for later and what a clock tick hides: 16 MiB and 50 ms.
      expect([size, watch.grownMib() < 16 + (16 * size) / MIB]).toEqual([size, true])
      expect([size, spentMs < 50 + (50 * size) / MIB]).toEqual([size, true])
    }
  }
  gateway.upstream.bodies.length = 0
})

it('D-06 refuses compressed bodies and unpacks none of them', async (context) => {
  if (!hasProc) return context.skip(NO_PROC)
  const bomb = Buffer.alloc(32 * MIB, ' ')
  const zipped = await gzipped(bomb)
  const packed: readonly (readonly [string, Buffer])[] = [
    ['gzip', zipped],
    ['GZIP', zipped],
    ['x-gzip', zipped],
    ['deflate', await promisify(deflate)(bomb)],
    ['br', await promisify(brotliCompress)(bomb, QUICKLY)],
    ['zstd', await promisify(zstdCompress)(bomb)],
    ['gzip, gzip', await gzipped(zipped)],
    ['identity, gzip', zipped],
    ['gzip', await gzipped(Buffer.from(BODY))],
    ['unheard-of', Buffer.from(BODY)],
  ]
  expect(packed).toHaveLength(sizeOf('D-06'))
  const watch = watchMemory()
  for (const [coding, body] of packed) {
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      `Host: ${gateway.host}`,
      `Authorization: Bearer ${gateway.token}`,
      `Content-Encoding: ${coding}`,
      `Content-Length: ${body.byteLength}`,
      'Connection: close',
    ]
    const { status } = await gateway.raw(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
    expect([coding, status]).toEqual([coding, 415])
  }
  expect(watch.grownMib()).toBeLessThan(48)
  expect(gateway.upstream.bodies).toHaveLength(0)
})

it('D-08 answers what is no HTTP with a 400 and a closed connection', { timeout: 60_000 }, async () => {
  const random = seeded(8)
  const token = `Authorization: Bearer ${gateway.token}`
  let left = sizeOf('D-08')
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const written = malformed(random, gateway.host)
      // Half of them come with the token: then nothing but their form stands against them.
      const sent =
        random.below(2) === 0
          ? written
          : Buffer.from(written.toString('latin1').replace('\r\n', `\r\n${token}\r\n`), 'latin1')
      const { text } = await gateway.raw(sent)
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]))
      // 401: the head was well-formed and came without the token, so that what follows it was not looked at.
      const isRefused =
        statuses.length > 0 && statuses.every((status) => [400, 401, 413, 431, 501, 505].includes(status))
      expect([sent.toString('latin1'), text, isRefused]).toEqual([sent.toString('latin1'), text, true])
      if (sent !== written) expect(statuses).not.toContain(401)
    }
  }
  await Promise.all(Array.from({ length: 20 }, lane))
  expect((await gateway.send({ method: 'GET', path: '/health' })).status).toBe(200)
  expect(gateway.upstream.bodies).toHaveLength(0)
})

it('D-11 speaks no WebSocket, and what is sent as its frames harms nothing', async () => {
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
  const frames = [
    Buffer.from([0x81, 0x80, 0, 0, 0, 0]),
    Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x78]))),
    // A gibibyte announced.
    Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from([0xc1, 0x85, 1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x88, 0x80, 0, 0, 0, 0]),
  ]
  for (let at = 0; at < sizeOf('D-11'); at += 1) {
    const path = at % 2 === 0 ? '/' : '/v1/chat/completions'
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${gateway.host}`,
      'Connection: Upgrade, close',
      'Upgrade: websocket',
      key,
    ]
    const head = [...lines, 'Sec-WebSocket-Version: 13', `Authorization: Bearer ${gateway.token}`, '', ''].join('\r\n')
    const { text, status } = await gateway.raw(
      Buffer.concat([Buffer.from(head), frames[at % frames.length] ?? Buffer.of()]),
    )
    expect([404, 405]).toContain(status)
    expect(text).not.toContain('HTTP/1.1 101')
  }
  await pause(0)
  expect((await gateway.send({ method: 'GET', path: '/health' })).status).toBe(200)
})
