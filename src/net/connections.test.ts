/** The connections of one client: reuse, no cap, nothing carried over from one answer into the next. */
import { createServer } from 'node:http'
import { createServer as createNetServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ask, listen, openClient, pause, post, rawServer, record, until } from './fixtures/servers.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('a connection', () => {
  it('serves one request after the other', async () => {
    const server = await rawServer((socket) => socket.write(OK))
    const client = openClient()
    for (let round = 0; round < 5; round += 1) {
      expect((await ask(client, post(server.url))).events).toEqual(['head 200', 'data', 'end'])
    }
    expect(server.sockets).toHaveLength(1)
  })

  it('is not used again when the server says it closes', async () => {
    const server = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok'))
    const client = openClient()
    expect((await ask(client, post(server.url))).text()).toBe('ok')
    expect((await ask(client, post(server.url))).text()).toBe('ok')
    expect(server.sockets).toHaveLength(2)
  })

  it('does not keep the process alive while it rests', async () => {
    const server = await rawServer((socket) => socket.write(OK))
    const client = openClient()
    await ask(client, post(server.url))
    await pause(10)
    const holding = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap')
    // The server's end is the only one that is still held.
    expect(holding).toHaveLength(1)
  })
})

it('does not queue 1,000 slow requests behind one another', async () => {
  let waiting = 0
  const server = createServer((request, response) => {
    waiting += 1
    request.resume()
    response.flushHeaders()
    server.once('all here', () => response.end('done'))
    if (waiting === 1_000) server.emit('all here')
  })
  server.setMaxListeners(0)
  const port = await listen(server)
  const client = openClient()
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () =>
      ask(client, post(`http://127.0.0.1:${port}/`, { headMs: 20_000, idleMs: 20_000 })),
    ),
  )
  expect(answers.every((answer) => answer.text() === 'done')).toBe(true)
})

describe('a long request', () => {
  const LONG = Buffer.alloc(24 * 1_024 * 1_024)

  it('that is answered before it is written leaves its connection to nobody', async () => {
    const sockets: Socket[] = []
    const port = await listen(
      createNetServer((socket) => {
        sockets.push(socket)
        socket.on('error', () => {})
        socket.once('data', () => {
          if (sockets.length > 1) return void socket.write(OK)
          socket.pause()
          socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno')
        })
      }),
    )
    const client = openClient()
    const url = `http://127.0.0.1:${port}/`
    expect((await ask(client, post(url, { body: LONG }))).events).toEqual(['head 413', 'data', 'end'])
    expect((await ask(client, post(url, { headMs: 1_000 }))).events).toEqual(['head 200', 'data', 'end'])
    expect(sockets).toHaveLength(2)
  })

  it('that was read whole leaves it to the next', async () => {
    const server = createServer((request, response) => void request.resume().on('end', () => response.end('ok')))
    let connections = 0
    server.on('connection', () => (connections += 1))
    const url = `http://127.0.0.1:${await listen(server)}/`
    const client = openClient()
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(client, post(url, { body: LONG }))).text()).toBe('ok')
    }
    expect(connections).toBe(1)
  })
})

describe('S-13 a server that closed a resting connection', () => {
  it('costs one transparent retry when its reset comes before the first byte', async () => {
    const server = await rawServer((socket, count) => {
      if (count === 2) socket.resetAndDestroy()
      else socket.write(OK)
    })
    const client = openClient()
    await ask(client, post(server.url))
    const second = await ask(client, post(server.url))
    expect(second.events).toEqual(['head 200', 'data', 'end'])
    expect(server.requests).toHaveLength(3)
    expect(server.sockets).toHaveLength(2)
  })

  it('costs nothing when that is seen before the next request', async () => {
    const server = await rawServer((socket) => socket.write(OK))
    const client = openClient()
    await ask(client, post(server.url))
    server.sockets[0]?.destroy()
    await pause(20)
    expect((await ask(client, post(server.url))).events).toEqual(['head 200', 'data', 'end'])
    expect(server.requests).toHaveLength(2)
  })

  it('gets its request once more only, on a new connection', async () => {
    const server = await rawServer((socket, count) => {
      if (count <= 2) socket.write(OK)
      else socket.destroy()
    })
    const client = openClient()
    const first = record()
    client.send(post(server.url), first.handler)
    await ask(client, post(server.url))
    await first.over
    const third = await ask(client, post(server.url))
    expect(third.problem()).toMatchObject({ kind: 'reset', neverSent: false })
    expect(server.requests).toHaveLength(4)
  })

  it('gets no second request once a byte of its answer came', async () => {
    const server = await rawServer((socket, count) => {
      if (count === 2) socket.end('HTTP/1.1 2')
      else socket.write(OK)
    })
    const client = openClient()
    await ask(client, post(server.url))
    expect((await ask(client, post(server.url))).problem()).toMatchObject({ kind: 'reset', neverSent: false })
    expect(server.requests).toHaveLength(2)
  })

  it('gets no second request on a connection that was new', async () => {
    const server = await rawServer((socket) => void socket.destroy())
    const answer = await ask(openClient(), post(server.url))
    expect(answer.problem()).toMatchObject({ kind: 'reset', neverSent: false })
    expect(server.requests).toHaveLength(1)
  })
})

describe('S-12 what a server sends beside its answer', () => {
  it.each([
    ['bytes after the end', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong`],
    ['rubbish after the end', `${OK}\r\n\0\0 wrong`],
    ['a body with 204', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nwrong'],
    [
      'an unannounced body with 204',
      'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong',
    ],
    ['a body with 304', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\nwrong'],
    ['more than its content-length', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokwrong'],
  ])('never becomes the next answer: %s', async (_what, firstAnswer) => {
    const server = await rawServer((socket, count) => socket.write(count % 2 === 1 ? firstAnswer : OK))
    const client = openClient()
    for (let round = 0; round < 20; round += 1) {
      const first = await ask(client, post(server.url))
      expect(first.text()).not.toContain('wrong')
      const next = await ask(client, post(server.url))
      expect([next.events, next.text()]).toEqual([['head 200', 'data', 'end'], 'ok'])
    }
  })

  it('never becomes the next answer when it comes while the connection rests', async () => {
    const server = await rawServer((socket) => socket.write(OK))
    const client = openClient()
    await ask(client, post(server.url))
    server.sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong')
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect((await ask(client, post(server.url))).text()).toBe('ok')
    expect(server.sockets).toHaveLength(2)
  })

  it('may be interim answers and trailers, which nobody is told of', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'
    const body = 'transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-trailer: 1\r\n\r\n'
    const server = await rawServer((socket) => socket.write(`${early.repeat(5)}HTTP/1.1 200 OK\r\n${body}`))
    const client = openClient()
    for (let round = 0; round < 3; round += 1) {
      const answer = await ask(client, post(server.url))
      expect([answer.events, answer.text()]).toEqual([['head 200', 'data', 'end'], 'ok'])
    }
    expect(server.sockets).toHaveLength(1)
  })

  it('ends the call when it is interim answers without end', async () => {
    const server = await rawServer((socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000)))
    const answer = await ask(openClient(), post(server.url))
    expect(answer.problem()).toMatchObject({ kind: 'protocol', neverSent: false })
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect(server.sockets[0]?.destroyed).toBe(true)
  })
})
