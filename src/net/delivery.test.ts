/** A handler's own faults end its own call only. */
import { expect, it, vi } from 'vitest'
import { ask, openClient, post, rawServer, record } from './fixtures/servers.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

it.each(['head', 'data'] as const)('survives a handler that throws in %s, and ends that call only', async (where) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const server = await rawServer((socket) => socket.write(`${HEAD}3\r\none\r\n`))
  const client = openClient()
  const bystander = record()
  client.send(post(server.url), bystander.handler)
  const recording = record()
  client.send(post(server.url), {
    ...recording.handler,
    [where]() {
      throw new Error('a fault in the reader')
    },
  })
  await recording.over
  expect(recording.problem()?.kind).toBe('aborted')
  expect(warned).toHaveBeenCalledOnce()
  await bystander.begun
  server.sockets[0]?.write('0\r\n\r\n')
  await bystander.over
  expect(bystander.events.at(-1)).toBe('end')
  warned.mockRestore()
})

it.each(['end', 'problem'] as const)('survives a handler that throws in %s', async (where) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const body = where === 'end' ? '0\r\n\r\n' : 'zz'
  const server = await rawServer((socket) => socket.write(HEAD + body))
  const client = openClient()
  const thrown = Promise.withResolvers<void>()
  client.send(post(server.url), {
    ...record().handler,
    [where]() {
      thrown.resolve()
      throw new Error('a fault in the reader')
    },
  })
  await thrown.promise
  expect(warned).toHaveBeenCalledOnce()
  warned.mockRestore()
  const next = await ask(client, post(server.url))
  expect(next.events[0]).toBe('head 200')
})
