/** A port that nobody listens on. */
import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'

function listening(port = 0, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
    onTestFinished(() => void server.close())
  })
}

it('is the wished one where that is free, and is free afterwards', async () => {
  const wished = await freePort(0)
  expect(await freePort(wished)).toBe(wished)
  expect(await listening(wished)).toBe(wished)
})

it.each(['127.0.0.1', '0.0.0.0'])('is another one where somebody listens at %s', async (host) => {
  const taken = await listening(0, host)
  const found = await freePort(taken)
  expect(found).not.toBe(taken)
  expect(await listening(found)).toBe(found)
})
