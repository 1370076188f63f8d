/** A small answer as one piece. */
import { expect, it } from 'vitest'
import { collect } from './collect.ts'
import { openClient, post, rawServer, until } from './fixtures/servers.ts'

const CHUNKED = 'HTTP/1.1 201 Created\r\nx-name: v\r\ntransfer-encoding: chunked\r\n\r\n'

it('gives status, headers and the whole body', async () => {
  const server = await rawServer((socket) => socket.write(`${CHUNKED}3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n`))
  const answer = await collect(openClient(), post(server.url), { maxBytes: 6 })
  expect(answer).toMatchObject({ status: 201, headers: { 'x-name': 'v' }, body: Buffer.from('onetwo') })
})

it('stops an answer that is longer than was wished', async () => {
  const server = await rawServer((socket) => socket.write(`${CHUNKED}3\r\none\r\n3\r\ntwo\r\n`))
  const answer = await collect(openClient(), post(server.url), { maxBytes: 5 })
  expect(answer).toMatchObject({ problem: { kind: 'protocol', neverSent: false } })
  await until(() => server.sockets[0]?.destroyed ?? false)
  expect(server.sockets[0]?.destroyed).toBe(true)
})

it('says what went wrong instead of rejecting', async () => {
  expect(await collect(openClient(), post('http://127.0.0.1:1/'), { maxBytes: 5 })).toMatchObject({
    problem: { kind: 'refused', neverSent: true },
  })
})

it('is given up through a signal, before it began or later', async () => {
  const server = await rawServer((socket) => socket.write(CHUNKED))
  const client = openClient()
  const early = await collect(client, post(server.url), { maxBytes: 5, signal: AbortSignal.abort() })
  expect(early).toMatchObject({ problem: { kind: 'aborted', neverSent: true } })
  const controller = new AbortController()
  const late = collect(client, post(server.url), { maxBytes: 5, signal: controller.signal })
  await until(() => server.requests.length === 1)
  controller.abort()
  expect(await late).toMatchObject({ problem: { kind: 'aborted', neverSent: false } })
})
