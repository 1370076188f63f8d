/** The Reply port over real HTTP: who has left, who reads slowly. */
import { createServer, get, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Reply } from '../core/reply.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { httpReply } from './http-reply.ts'

async function serverOf(answer: (reply: Reply, response: ServerResponse) => void, stallMs?: number): Promise<number> {
  const server = createServer((_, response) => answer(httpReply(response, stallMs), response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

it('calls nobody gone who has the whole answer', async () => {
  const replies: Reply[] = []
  const port = await serverOf((reply) => {
    replies.push(reply)
    reply.head(200, {})
    reply.write(Buffer.from('one '))
    reply.end(Buffer.from('two'))
  })
  const text = await new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      let taken = ''
      response.on('data', (piece: Buffer) => (taken += piece.toString())).on('end', () => resolve(taken))
    }).on('error', reject)
  })
  expect(text).toBe('one two')
  await new Promise((resolve) => void setTimeout(resolve, 20))
  expect(replies[0]?.gone.aborted).toBe(false)
})

it.each([
  ['before the head', () => undefined],
  ['before the end', (reply: Reply) => reply.head(200, {})],
])('tells of a caller that leaves %s', async (_, begin) => {
  const replies: Reply[] = []
  const port = await serverOf((reply) => {
    replies.push(reply)
    begin(reply)
  })
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
  await until(() => replies.length === 1)
  expect(replies[0]?.gone.aborted).toBe(false)
  socket.destroy()
  await until(() => replies[0]?.gone.aborted ?? false)
})

it('tells when one that reads slowly can take more', async () => {
  let drained = 0
  let flowed = true
  const port = await serverOf((reply) => {
    reply.onDrain(() => (drained += 1))
    reply.head(200, {})
    while (flowed) flowed = reply.write(Buffer.alloc(65_536))
  })
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
  onTestFinished(() => void socket.destroy())
  await until(() => !flowed)
  socket.resume()
  await until(() => drained === 1)
})

it('holds nothing back from one whose answer waited full behind another one', async () => {
  const PIECES = 100
  const piece = Buffer.alloc(60_000)
  const replies: Reply[] = []
  const port = await serverOf((reply) => {
    replies.push(reply)
    reply.head(200, {})
  }, 300)
  let taken = 0
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(2)))
  onTestFinished(() => void socket.destroy())
  socket.on('data', ({ length }) => (taken += length))
  await until(() => replies.length === 2)
  const [first, second] = replies
  let sent = 0
  const write = (): void => {
    while (sent < PIECES) {
      sent += 1
      if (!second?.write(piece)) return
    }
    second?.end()
  }
  second?.onDrain(write)
  write()
  expect(sent).toBeLessThan(PIECES)
  first?.end()
  await until(() => taken > PIECES * piece.length || (second?.gone.aborted ?? false))
  expect([sent, second?.gone.aborted]).toEqual([PIECES, false])
})

it('does not hold against an answer that the one before it on the connection went out slowly', async () => {
  const replies: Reply[] = []
  const responses: ServerResponse[] = []
  const port = await serverOf((reply, response) => {
    replies.push(reply)
    responses.push(response)
    reply.head(200, {})
  }, 100)
  let text = ''
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(2)))
  onTestFinished(() => void socket.destroy())
  await until(() => replies.length === 2)
  const [first, second] = replies
  // Its last bytes are fewer than those for which a socket tells that it has room again.
  do {
    first?.write(Buffer.alloc(30_000))
    await new Promise(setImmediate)
  } while (responses[0]?.socket?.writableLength === 0)
  first?.end()
  socket.on('data', (piece) => (text = piece.toString('latin1').slice(-20)))
  await new Promise((resolve) => void setTimeout(resolve, 200))
  expect(second?.gone.aborted).toBe(false)
  second?.end(Buffer.from('ok'))
  await until(() => text.includes('ok'))
})

it('gives up on one that takes nothing any more, and not on one that waits for us', async () => {
  const replies: Reply[] = []
  const port = await serverOf((reply) => {
    replies.push(reply)
    reply.head(200, {})
    if (replies.length === 2) return reply.end(Buffer.alloc(33_554_432))
    if (replies.length === 1) return
    const write = (): void => void reply.write(Buffer.alloc(1_048_576))
    reply.onDrain(write)
    write()
  }, 100)
  for (let at = 1; at <= 3; at += 1) {
    const socket = connect(port, '127.0.0.1', () => void socket.pause().write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
    onTestFinished(() => void socket.destroy())
    await until(() => replies.length === at)
  }
  await until(() => replies.slice(1).every(({ gone }) => gone.aborted))
  await new Promise((resolve) => void setTimeout(resolve, 200))
  expect(replies[0]?.gone.aborted).toBe(false)
})

it('keeps the connection of one that has taken all, though it asks no more for a while', async () => {
  const port = await serverOf((reply) => {
    reply.head(200, { 'content-length': '2' })
    reply.end(Buffer.from('ok'))
  }, 50)
  let text = ''
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
  onTestFinished(() => void socket.destroy())
  socket.on('data', (piece) => (text += piece.toString()))
  await until(() => text.endsWith('ok'))
  await new Promise((resolve) => void setTimeout(resolve, 150))
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await until(() => text.split('\r\n\r\nok').length === 3)
})
