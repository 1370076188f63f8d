/** Callers that send slowly on purpose: each is let go in time. */
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openGateway } from './fixtures/gateway.ts'
import { LIMITS } from './server.ts'

it('lets a head that does not end go when its time is over, and serves the others meanwhile', async () => {
  // Ten seconds are the usual time: test/catalogue/hostile-clients.test.ts waits for them.
  const gateway = await openGateway({}, { ...LIMITS, headersTimeout: 1_000, connectionsCheckingInterval: 100 })
  const began = performance.now()
  const slow = Array.from({ length: 50 }, () => {
    const socket = connect(gateway.port, '127.0.0.1')
    socket.write('GET /health HTTP/1.1\r\n')
    const drip = setInterval(() => void socket.write('x-a: 1\r\n'), 50)
    onTestFinished(() => {
      clearInterval(drip)
      socket.destroy()
    })
    return new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (piece) => (text += piece.toString('latin1')))
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(text))
    })
  })
  const answer = await gateway.raw(`GET /health HTTP/1.1\r\nHost: ${gateway.host}\r\nConnection: close\r\n\r\n`)
  expect(answer.status).toBe(200)
  for (const text of await Promise.all(slow)) expect(text).toContain('408 Request Timeout')
  expect(performance.now() - began).toBeGreaterThan(900)
  expect(performance.now() - began).toBeLessThan(5_000)
})
