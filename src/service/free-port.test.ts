/** A port that nobody listens on. */
import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, onFreePort } from './free-port.ts'

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

it('is left for another where somebody comes between the look and the start', async () => {
  const wished = await freePort(0)
  const tried: number[] = []
  const { port, started } = await onFreePort(wished, async (found) => {
    tried.push(found)
    if (tried.length === 1) await listening(found)
    return listening(found)
  })
  expect(tried).toEqual([wished, port])
  expect(started).toBe(port)
})

it('is not looked for again when it is not the port that fails', async () => {
  let starts = 0
  const start = (): Promise<never> => {
    starts += 1
    return Promise.reject(new Error('out of memory'))
  }
  await expect(onFreePort(await freePort(0), start)).rejects.toThrow('out of memory')
  expect(starts).toBe(1)
})

it('is given up when somebody is quicker again and again', async () => {
  let starts = 0
  const start = async (found: number): Promise<number> => {
    starts += 1
    await listening(found)
    return listening(found)
  }
  await expect(onFreePort(await freePort(0), start)).rejects.toThrow('EADDRINUSE')
  expect(starts).toBe(5)
})
