/** A body in a content coding that was not asked for. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Call } from '../core/ports.ts'
import { ask, openClient, pause, post, rawServer, record, until } from './fixtures/servers.ts'

const TEXT = Buffer.from('data: {"choices":[{"delta":{"content":"你好"}}]}\n\n'.repeat(50))
const MEGABYTE = 1024 * 1024

function answer(coding: string, body: Buffer): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

describe('S-07 one layer is taken off', () => {
  it.each([
    ['gzip', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['identity, gzip', gzipSync(TEXT)],
    ['identity', TEXT],
  ])('%s', async (coding, body) => {
    const server = await rawServer((socket) => socket.write(answer(coding, body)))
    const got = await ask(openClient(), post(server.url))
    expect(got.events).toEqual(['head 200', 'data', 'end'])
    expect(got.text()).toBe(TEXT.toString())
    expect(got.headers()).toMatchObject({ 'content-type': 'text/plain' })
    if (coding !== 'identity') {
      expect(got.headers()).not.toHaveProperty('content-encoding')
      expect(got.headers()).not.toHaveProperty('content-length')
    }
  })

  it('and its head stays one without prototype', async () => {
    const server = await rawServer((socket) => socket.write(answer('gzip', gzipSync(TEXT))))
    const got = await ask(openClient(), post(server.url))
    expect(Object.getPrototypeOf(got.headers())).toBeNull()
    expect(got.headers()['constructor']).toBeUndefined()
  })

  it('while the answer still comes, piece by piece', async () => {
    const whole = gzipSync(TEXT)
    const server = await rawServer((socket) => socket.write(answer('gzip', whole).subarray(0, -20)))
    const recording = record()
    openClient().send(post(server.url), recording.handler)
    await until(() => recording.bytes() > 0)
    expect(recording.text()).toMatch(/^data: /)
    server.sockets[0]?.write(whole.subarray(-20))
    await recording.over
    expect(recording.text()).toBe(TEXT.toString())
  })

  it('from an answer without a body there is nothing to take off', async () => {
    const server = await rawServer((socket) =>
      socket.write('HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n'),
    )
    expect((await ask(openClient(), post(server.url))).events).toEqual(['head 204', 'end'])
  })
})

describe('S-07 an answer is malformed', () => {
  it.each([
    ['when it has several layers', answer('gzip, gzip', gzipSync(gzipSync(TEXT)))],
    ['when it has ten', answer(Array(10).fill('br').join(','), brotliCompressSync(TEXT))],
    ['when its coding is unknown', answer('snappy', TEXT)],
    ['when a blank that is none stands before its coding', answer('\xa0gzip', gzipSync(TEXT))],
    ['when it is not what it says', answer('gzip', TEXT)],
    ['when it ends in the middle', answer('gzip', gzipSync(TEXT).subarray(0, -30))],
  ])('%s', async (_when, bytes) => {
    const server = await rawServer((socket) => socket.write(bytes))
    const got = await ask(openClient(), post(server.url))
    expect(got.events.at(-1)).toBe('problem protocol')
    expect(got.events.filter((event) => event === 'end' || event.startsWith('problem'))).toHaveLength(1)
  })

  it.each([
    ['gzip', gzipSync(Buffer.alloc(200 * MEGABYTE))],
    ['br', brotliCompressSync(Buffer.alloc(200 * MEGABYTE))],
    ['zstd', zstdCompressSync(Buffer.alloc(200 * MEGABYTE))],
  ])('when it grows a hundredfold (%s), and is stopped before it fills the memory', async (coding, bomb) => {
    const unfinished = answer(coding, Buffer.concat([bomb, Buffer.alloc(9)])).subarray(0, -9)
    const server = await rawServer((socket) => socket.write(unfinished))
    const before = process.memoryUsage.rss()
    const got = await ask(openClient(), post(server.url))
    const grownBy = process.memoryUsage.rss() - before
    expect(got.problem()).toMatchObject({ kind: 'protocol', neverSent: false })
    expect(got.bytes()).toBeLessThan(30 * MEGABYTE)
    expect(grownBy).toBeLessThan(32 * MEGABYTE)
    await until(() => server.sockets[0]?.destroyed ?? false)
    expect(server.sockets[0]?.destroyed).toBe(true)
  })
})

it('a pause holds the decoded bytes back too', async () => {
  const long = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `${(index * 7_919) % 10_007} `).join(''))
  const server = await rawServer((socket) => socket.write(answer('gzip', gzipSync(long))))
  let call: Call | undefined
  const recording = record(() => call?.pause())
  call = openClient().send(post(server.url), recording.handler)
  await recording.begun
  await until(() => recording.bytes() > 0)
  await pause(30)
  expect(recording.bytes()).toBeLessThan(128 * 1024)
  expect(recording.events).toEqual(['head 200', 'data'])
  const resumed = setInterval(() => call.resume(), 0)
  await recording.over
  clearInterval(resumed)
  expect(recording.bytes()).toBe(long.length)
  expect(recording.events.at(-1)).toBe('end')
})

it('a body that turns out broken does no harm to the request that came after it on the connection', async () => {
  const server = await rawServer((socket, count) => {
    socket.write(
      count === 1 ? answer('gzip', gzipSync(TEXT).subarray(0, -30)) : 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\no',
    )
  })
  const client = openClient()
  const broken = record()
  const next = record()
  client.send(post(server.url), {
    ...broken.handler,
    head: () => void setImmediate(() => client.send(post(server.url), next.handler)),
  })
  await broken.over
  expect(broken.problem()?.kind).toBe('protocol')
  await next.begun
  server.sockets[0]?.write('kay')
  await next.over
  expect([next.text(), server.requests.length, server.sockets.length]).toEqual(['okay', 2, 1])
})
