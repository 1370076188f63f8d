/** Many streams at once: none gets another's words, and slow readers fill no memory: rows S-11 and S-16 of the catalogue. */
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { open } from '../../src/gateway/fixtures/connection.ts'
import { servicesOf, TOKEN } from '../../src/gateway/fixtures/gateway.ts'
import { bindPort } from '../../src/gateway/server.ts'
import { FINISH, text } from '../../src/serving/fixtures/answers.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { sizeOf } from './sizes.ts'
import { ended, listening } from './support/real-gateway.ts'

const MIB = 1_048_576
const AT_ONCE = 200

/** A gateway before an upstream whose stream of a user `write` writes. */
async function gatewayBefore(write: (response: ServerResponse, user: string) => void): Promise<{ port: number }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      write(response, /"user":"(\w+)"/.exec(Buffer.concat(pieces).toString())?.[1] ?? '')
    })
  })
  const url = await listening(server)
  onTestFinished(() => ended(server))
  const house = await openHouse({ settings: { models: { providers: { a: { baseUrl: url, models: ['m'] } } } } })
  const secret = new Secret(TOKEN)
  const gateway = (await bindPort({ port: 0 })).serve(servicesOf(house), () => secret)
  onTestFinished(() => gateway.end())
  return gateway
}

function asked(port: number, user: string): string {
  const body = `{"model":"a/m","stream":true,"user":"${user}","messages":[{"role":"user","content":"hi"}]}`
  const head = ['POST /v1/chat/completions HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${TOKEN}`]
  return [...head, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

it('S-16 parallel streams have each its own words, all of them and in their order', async () => {
  const events = Math.ceil(sizeOf('S-16') / AT_ONCE)
  const mark = (user: string, event: number): string => `<${user}:${event}>`
  const turns: (() => boolean)[] = []
  const gateway = await gatewayBefore((response, user) => {
    let event = 0
    turns.push(() => {
      response.write(text(mark(user, event)))
      event += 1
      if (event === events) response.end(FINISH)
      return event < events
    })
  })
  const users = Array.from({ length: AT_ONCE }, (_, index) => `u${index}`)
  const callers = users.map((user) => ({ user, connection: open(gateway, asked(gateway.port, user)) }))
  await until(() => turns.length === AT_ONCE)
  // A word of each in turn, so that they come as mixed as they can.
  let left = turns
  while (left.length > 0) {
    left = left.filter((turn) => turn())
    await pause(0)
  }
  await until(() => callers.every(({ connection }) => connection.text().includes('"finish_reason":"stop"')))
  for (const { user, connection } of callers) {
    const own = Array.from({ length: events }, (_, event) => mark(user, event))
    expect(connection.text().match(/<u\d+:\d+>/g)).toEqual(own)
  }
})

it('S-11 readers that take nothing hold the upstream back, and fill no memory', async () => {
  const piece = text('x'.repeat(65_536))
  let writtenBytes = 0
  const gateway = await gatewayBefore((response) => {
    const pour = (): void => {
      let flows = true
      while (flows && !response.destroyed) {
        flows = response.write(piece)
        writtenBytes += piece.length
      }
    }
    response.on('drain', pour)
    pour()
  })
  const before = process.memoryUsage().rss
  const readers = Array.from({ length: sizeOf('S-11') }, (_, index) => {
    const { socket } = open(gateway)
    socket.pause()
    socket.write(asked(gateway.port, `r${index}`))
    return socket
  })
  // What the kernel takes is full after a moment: then nothing more is written.
  let was = -1
  await until(async () => {
    if (was === writtenBytes && was > 0) return true
    was = writtenBytes
    await pause(200)
    return false
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB)
  for (const reader of readers) reader.destroy()
})
