/** A login server that keeps us waiting: every call to it ends before others take our lock for abandoned. */
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../core/secret.ts'
import { openHttpClient } from '../net/client.ts'
import { systemRandom } from '../system/random.ts'
import { loginAt } from './emulator.fixture.ts'
import { fakeClock } from './fake-clock.fixture.ts'
import { oauthClient } from './oauth-client.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
const FAULTS: readonly ((socket: Socket) => void)[] = [
  () => {},
  (socket) => socket.write(HEAD),
  (socket) => {
    socket.write(HEAD)
    const timer = setInterval(() => socket.write('1\r\n \r\n'), 100)
    socket.on('close', () => clearInterval(timer))
  },
]

async function faulty(act: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => act(socket))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('gives a code, a grant and a renewal up within eight seconds: said nothing, a head only, a byte now and then', async () => {
  const http = openHttpClient()
  onTestFinished(() => http.close())
  const means = {
    http: () => Promise.resolve(http),
    clock: fakeClock(),
    random: systemRandom,
    userAgent: 'openclaw/test',
  }
  const authorization = {
    deviceCode: new Secret('d'),
    userCode: 'u',
    verificationUri: 'https://a.example',
    expiresInS: 9,
    codeVerifier: new Secret('v'.repeat(43)),
  }
  const startMs = performance.now()
  const answers = await Promise.all(
    FAULTS.map(async (act) => {
      const client = oauthClient(loginAt(await faulty(act)), means)
      return Promise.all([
        client.authorizeDevice(),
        client.redeemDeviceCode(authorization),
        client.refresh(new Secret('r')),
      ])
    }),
  )
  expect(performance.now() - startMs).toBeLessThan(9_000)
  for (const answer of answers.flat()) {
    expect(answer).toMatchObject({ kind: 'failed', problem: { kind: 'passing', evidence: expect.saying('8000 ms') } })
  }
}, 12_000)
