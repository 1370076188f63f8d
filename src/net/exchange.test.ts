/** One request on its way: its deadlines, its pauses, its end. */
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Call } from '../core/ports.ts'
import { ask, listen, openClient, pause, post, rawServer, record, until } from './fixtures/servers.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const PIECE = '1\r\nx\r\n'
const LATEST_MS = 100
/** RFC 1952, 2.3: the head of a gzip member that has a name. It ends with a zero byte, which never comes. */
const GZIP_HEAD = Buffer.from('1f8b0808000000000003', 'hex').toString('latin1')

const BIG = 16 * 1024 * 1024

async function listenPaused(onConnection: (socket: Socket) => void): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer({ pauseOnConnect: true }, onConnection))}/`
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

describe('a deadline holds within 100 ms', () => {
  it('for the connection', async () => {
    // A proxy that says nothing stands for a network that swallows packets.
    const silent = await listen(createServer())
    const client = openClient({ proxyFromEnv: { HTTPS_PROXY: `http://127.0.0.1:${silent}` } })
    const request = post('https://192.0.2.1/', { connectMs: 60 })
    const recording = record()
    const tookMs = await timed(async () => {
      client.send(request, recording.handler)
      await recording.over
    })
    expect(recording.problem()).toMatchObject({ kind: 'connect-timeout', neverSent: true })
    expect(tookMs).toBeGreaterThan(55)
    expect(tookMs).toBeLessThan(60 + LATEST_MS)
  })

  it('for a TLS handshake that does not go on', async () => {
    const silent = await rawServer(() => {})
    const recording = record()
    const tookMs = await timed(async () => {
      openClient().send(post(`https://127.0.0.1:${silent.port}/`, { connectMs: 60 }), recording.handler)
      await recording.over
    })
    expect(recording.problem()).toMatchObject({ kind: 'connect-timeout', neverSent: true })
    expect(tookMs).toBeLessThan(60 + LATEST_MS)
    await until(() => silent.sockets[0]?.destroyed ?? false)
    expect(silent.sockets[0]?.destroyed).toBe(true)
  })

  it('for the head of the answer', async () => {
    const server = await rawServer(() => {})
    const recording = record()
    const tookMs = await timed(async () => {
      openClient().send(post(server.url, { headMs: 70 }), recording.handler)
      await recording.over
    })
    expect(recording.problem()).toMatchObject({ kind: 'head-timeout', neverSent: false })
    expect(tookMs).toBeGreaterThan(65)
    expect(tookMs).toBeLessThan(70 + LATEST_MS)
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect(server.sockets[0]?.destroyed).toBe(true)
  })

  it('for the time between two pieces, counted anew from each', async () => {
    const server = await rawServer((socket) => {
      socket.write(HEAD)
      let sent = 0
      const timer = setInterval(() => {
        socket.write('1\r\nx\r\n')
        if (++sent === 5) clearInterval(timer)
      }, 25)
    })
    const recording = record()
    const tookMs = await timed(async () => {
      openClient().send(post(server.url, { idleMs: 80 }), recording.handler)
      await recording.over
    })
    expect(recording.events).toEqual(['head 200', 'data', 'problem idle-timeout'])
    expect(recording.text()).toBe('xxxxx')
    expect(tookMs).toBeGreaterThan(5 * 25 + 75)
    expect(tookMs).toBeLessThan(5 * 25 + 80 + LATEST_MS)
  })
})

it('shortens the time between two pieces once it is told to hurry, and lengthens it never', async () => {
  for (const [hurriedMs, kind] of [
    [60, 'problem idle-timeout'],
    [60_000, 'end'],
  ] as const) {
    const server = await rawServer((socket) => {
      socket.write(`${HEAD}1\r\nx\r\n`)
      setTimeout(() => socket.end('0\r\n\r\n'), 400)
    })
    const { handler, events, over } = record()
    const hurrying = {
      ...handler,
      data: (piece: Uint8Array) => {
        handler.data(piece)
        call.hurry(hurriedMs)
      },
    }
    const call = openClient().send(post(server.url, { idleMs: 1_000 }), hurrying)
    await over
    expect(events).toEqual(['head 200', 'data', kind])
  }
})

it('gives a server that sends its head at once and thinks then the time until the first piece', async () => {
  const server = await rawServer((socket) => {
    socket.write(HEAD)
    setTimeout(() => socket.end(`${PIECE}0\r\n\r\n`), 120)
  })
  const recording = record()
  openClient().send(post(server.url, { headMs: 1_000, idleMs: 40 }), recording.handler)
  await recording.over
  expect(recording.events).toEqual(['head 200', 'data', 'end'])
})

it('keeps a deadline that is shorter than the one before it', async () => {
  const server = await rawServer((socket) => void setTimeout(() => socket.write(`${HEAD}${PIECE}`), 60))
  const recording = record()
  const tookMs = await timed(async () => {
    openClient().send(post(server.url, { connectMs: 40, headMs: 5_000, idleMs: 80 }), recording.handler)
    await recording.over
  })
  expect(recording.problem()?.kind).toBe('idle-timeout')
  expect(tookMs).toBeGreaterThan(135)
  expect(tookMs).toBeLessThan(140 + LATEST_MS)
})

it('counts the wait for the head from the end of the request, however long that takes to send', async () => {
  const server = await listenPaused((socket) => {
    setTimeout(() => socket.resume(), 500)
    let received = 0
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received > BIG) setTimeout(() => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), 600)
    })
    socket.pause()
  })
  const answer = await ask(openClient(), post(server, { headMs: 1_000, body: Buffer.alloc(BIG) }))
  expect(answer.events).toEqual(['head 204', 'end'])
})

it('does not call an answer late that arrived while we were busy ourselves', async () => {
  const server = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  const client = openClient()
  await ask(client, post(server.url))
  const recording = record()
  client.send(post(server.url, { headMs: 30 }), recording.handler)
  await until(() => server.requests.length === 2)
  const busyUntil = performance.now() + 60
  while (performance.now() < busyUntil);
  await recording.over
  expect(recording.events).toEqual(['head 200', 'data', 'end'])
})

describe('no request lasts longer than all of it may', () => {
  const LIMITS = { connectMs: 150, headMs: 150, idleMs: 150, totalMs: 375 }
  /** A piece each 20 ms, for ever. */
  const dripping = (socket: Socket, piece: string): void => {
    const timer = setInterval(() => socket.write(piece), 20)
    socket.on('close', () => clearInterval(timer))
  }

  it.each<[string, string, (socket: Socket) => void]>([
    ['says nothing', 'head-timeout', () => {}],
    ['sends a head only', 'head-timeout', (socket) => socket.write(HEAD)],
    ['sends half a head', 'head-timeout', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-')],
    [
      'drips its head',
      'head-timeout',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx-name: ')
        dripping(socket, 'y')
      },
    ],
    ['sends interim answers', 'head-timeout', (socket) => dripping(socket, 'HTTP/1.1 102 Processing\r\n\r\n')],
    ['stops within its body', 'idle-timeout', (socket) => socket.write(HEAD + PIECE)],
    ['drips its body', 'total-timeout', (socket) => (socket.write(HEAD), dripping(socket, PIECE))],
    [
      'drips what comes to no byte',
      'total-timeout',
      (socket) => {
        socket.write(HEAD.replace('\r\n', '\r\ncontent-encoding: gzip\r\n'))
        socket.write(`a\r\n${GZIP_HEAD}\r\n`, 'latin1')
        dripping(socket, '1\r\nn\r\n')
      },
    ],
  ])('to a server that %s (%s)', async (_what, kind, act) => {
    const server = await rawServer(act)
    const recording = record()
    const tookMs = await timed(async () => {
      openClient().send(post(server.url, LIMITS), recording.handler)
      await recording.over
    })
    expect(recording.problem()).toMatchObject({ kind, neverSent: false })
    expect(tookMs).toBeLessThan(2 * LIMITS.totalMs)
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect(server.sockets[0]?.destroyed).toBe(true)
  })

  it('to a server that does not take the request in', async () => {
    const url = await listenPaused(() => {})
    const recording = record()
    const tookMs = await timed(async () => {
      openClient().send(post(url, { ...LIMITS, body: Buffer.alloc(BIG) }), recording.handler)
      await recording.over
    })
    expect(recording.problem()?.kind).toBe('head-timeout')
    expect(tookMs).toBeLessThan(2 * LIMITS.totalMs)
  })

  it('when its reader holds it back', async () => {
    const server = await rawServer((socket) => (socket.write(HEAD), dripping(socket, PIECE)))
    const recording = record()
    const call = openClient().send(post(server.url, LIMITS), recording.handler)
    await recording.begun
    call.pause()
    await until(() => server.sockets[0]?.destroyed ?? false)
    call.resume()
    await recording.over
    expect(recording.problem()?.kind).toBe('total-timeout')
  })

  it('when a stale connection made it begin anew', async () => {
    let dead: Socket | undefined
    const server = await rawServer((socket, count) => {
      if (count === 1) return void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      if (socket === dead) return void setTimeout(() => socket.resetAndDestroy(), 50)
      socket.write(HEAD)
      dripping(socket, PIECE)
    })
    const client = openClient()
    await ask(client, post(server.url))
    dead = server.sockets[0]
    const recording = record()
    const tookMs = await timed(async () => {
      client.send(post(server.url, LIMITS), recording.handler)
      await recording.over
    })
    expect(server.sockets).toHaveLength(2)
    expect(recording.problem()).toMatchObject({ kind: 'total-timeout', message: expect.saying('375 ms') })
    expect(tookMs).toBeLessThan(2 * LIMITS.totalMs)
  })
})

describe('pause', () => {
  it('stops the reading, so that the server waits', async () => {
    const server = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${64 * 1024 * 1024}\r\n\r\n`)
      for (let piece = 0; piece < 1024; piece += 1) socket.write(Buffer.alloc(64 * 1024))
    })
    let call: Call | undefined
    const recording = record(() => call?.pause())
    call = openClient().send(post(server.url), recording.handler)
    await recording.begun
    await pause(50)
    expect(recording.bytes()).toBeLessThan(256 * 1024)
    const waiting = server.sockets[0]?.writableLength ?? 0
    expect(waiting).toBeGreaterThan(32 * 1024 * 1024)
    const before = recording.bytes()
    await pause(30)
    expect(recording.bytes()).toBe(before)
    expect(server.sockets[0]?.writableLength).toBe(waiting)
  })

  it('lets nothing more through from the moment it is called', async () => {
    const server = await rawServer((socket) => socket.write(HEAD))
    const recording = record()
    const call = openClient().send(post(server.url), recording.handler)
    await recording.begun
    call.pause()
    server.sockets[0]?.write('3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n')
    await pause(30)
    expect(recording.events).toEqual(['head 200'])
    call.resume()
    await recording.over
    expect([recording.events, recording.text()]).toEqual([['head 200', 'data', 'end'], 'onetwo'])
  })

  it('does not let the idle deadline run', async () => {
    const server = await rawServer((socket) => socket.write(`${HEAD}${PIECE}`))
    const recording = record()
    const call = openClient().send(post(server.url, { idleMs: 30 }), recording.handler)
    await recording.begun
    await pause(5)
    call.pause()
    await pause(80)
    expect(recording.events).toEqual(['head 200', 'data'])
    const tookMs = await timed(async () => {
      call.resume()
      await recording.over
    })
    expect(recording.problem()?.kind).toBe('idle-timeout')
    expect(tookMs).toBeGreaterThan(25)
  })

  it('keeps the order when it alternates with resume at every piece', async () => {
    const pieces = Array.from({ length: 2_000 }, (_, index) => `<${index}>`)
    const server = await rawServer((socket) => {
      socket.write(HEAD)
      for (const piece of pieces) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
      socket.write('0\r\n\r\n')
    })
    let call: Call | undefined
    const recording = record(() => {
      call?.pause()
      setImmediate(() => call?.resume())
    })
    call = openClient().send(post(server.url), recording.handler)
    await recording.over
    expect(recording.text()).toBe(pieces.join(''))
    expect(recording.events.at(-1)).toBe('end')
  })

  it('may be lifted from inside the answer of another call', async () => {
    const server = await rawServer((socket) => socket.write(`${HEAD}3\r\none\r\n`))
    const client = openClient()
    const waiting = record()
    const waitingCall = client.send(post(server.url), waiting.handler)
    await waiting.begun
    waitingCall.pause()
    server.sockets[0]?.write('3\r\ntwo\r\n0\r\n\r\n')
    await pause(10)
    const other = record(() => waitingCall.resume())
    client.send(post(server.url), other.handler)
    await waiting.over
    expect(waiting.text()).toBe('onetwo')
    expect(other.text()).toBe('one')
  })
})

describe('abort', () => {
  it('closes the connection at once, and is told exactly once', async () => {
    const server = await rawServer((socket) => socket.write(`${HEAD}3\r\none\r\n`))
    const recording = record()
    const call = openClient().send(post(server.url), recording.handler)
    await recording.begun
    const closed = new Promise((resolve) => void server.sockets[0]?.on('close', resolve))
    const tookMs = await timed(async () => {
      call.abort()
      call.abort()
      await closed
    })
    expect(tookMs).toBeLessThan(50)
    await recording.over
    expect(recording.events).toEqual(['head 200', 'data', 'problem aborted'])
    expect(recording.problem()?.neverSent).toBe(false)
  })

  it('is never told from inside the call itself', async () => {
    const server = await rawServer(() => {})
    const recording = record()
    const call = openClient().send(post(server.url), recording.handler)
    call.abort()
    expect(recording.events).toEqual([])
    await recording.over
    expect(recording.problem()).toMatchObject({ kind: 'aborted', neverSent: true })
    await pause(20)
    expect(server.requests).toHaveLength(0)
  })

  it('before the head of the answer says that the request had left', async () => {
    const server = await rawServer(() => {})
    const recording = record()
    const call = openClient().send(post(server.url), recording.handler)
    await until(() => server.requests.length === 1)
    call.abort()
    await recording.over
    expect(recording.problem()).toMatchObject({ kind: 'aborted', neverSent: false })
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect(server.sockets[0]?.destroyed).toBe(true)
  })

  it('after the end does nothing', async () => {
    const server = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
    const client = openClient()
    const recording = record()
    const call = client.send(post(server.url), recording.handler)
    await recording.over
    call.abort()
    await pause(10)
    expect(recording.events).toEqual(['head 200', 'data', 'end'])
    await ask(client, post(server.url))
    expect(server.sockets).toHaveLength(1)
  })

  it('while paused drops what was held back', async () => {
    const server = await rawServer((socket) => socket.write(HEAD))
    const recording = record()
    const call = openClient().send(post(server.url), recording.handler)
    await recording.begun
    call.pause()
    server.sockets[0]?.write('3\r\none\r\n0\r\n\r\n')
    await pause(10)
    call.abort()
    call.resume()
    await recording.over
    await pause(5)
    expect(recording.events).toEqual(['head 200', 'problem aborted'])
  })
})
