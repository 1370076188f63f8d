/** A running gateway asked how it is. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../core/secret.ts'
import { openHttpClient } from '../net/client.ts'
import { freePort } from './free-port.ts'
import { askHealth, type Health } from './gateway-client.ts'
import { proofOf } from './proof.ts'

const health: Health = {
  status: 'ok',
  pid: 7,
  version: '1.0.0',
  stateFolder: '/home/you/.openclaw',
  startedAt: '2026-03-14T12:00:00.000Z',
  streams: 2,
  problems: [],
}

/** `proves` = it answers the challenge as a gateway that knows this token at this port (its own, if none is named). */
interface Stranger {
  readonly token: string
  readonly port?: number
}

async function asked(answer: RequestListener, proves: Stranger = { token: 'the-token' }): Promise<Health | undefined> {
  const server = createServer((request, response) => {
    const challenge = request.headers['x-openclaw-challenge']?.toString()
    const port = proves.port ?? request.socket.localPort ?? 0
    if (challenge) response.setHeader('x-openclaw-proof', proofOf(new Secret(proves.token), port, challenge))
    answer(request, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(async () => {
    await http.close()
    server.closeAllConnections()
    server.close()
  })
  return askHealth(http, (server.address() as AddressInfo).port, { token: new Secret('the-token') })
}

it('shows our token, and gets everything', async () => {
  const answer = await asked((request, response) => {
    const known = request.url === '/health' && request.headers.authorization === 'Bearer the-token'
    response.writeHead(known ? 200 : 401).end(JSON.stringify({ ...health, more: 'of a later version' }))
  })
  expect(answer).toMatchObject(health)
})

it('hears nothing of a gateway that does not know our token', async () => {
  expect(await asked((_, response) => response.writeHead(401).end('{"error":{}}'))).toBeUndefined()
  expect(await asked((_, response) => response.end('{"status":"ok"}'))).toBeUndefined()
})

it('sends our token to nobody who has not proved to know it', async () => {
  for (const stranger of [{ token: 'another-token' }, { token: '' }, { token: 'the-token', port: 1 }]) {
    const seen: unknown[] = []
    const answer = await asked((request, response) => {
      seen.push(request.headers.authorization)
      response.end(JSON.stringify(health))
    }, stranger)
    expect([answer, seen]).toEqual([undefined, [undefined]])
  }
})

it('hears nothing where another program listens, or nobody', async () => {
  expect(await asked((_, response) => response.end('<html>my blog</html>'))).toBeUndefined()
  expect(await asked((_, response) => response.socket?.destroy())).toBeUndefined()
  expect(await asked((_, response) => response.end('x'.repeat(100_000)))).toBeUndefined()
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(() => http.close())
  expect(await askHealth(http, await freePort(0), { token: new Secret('the-token') })).toBeUndefined()
})

it('hears which way requests go, and no matter of one that tells it in another way', async () => {
  const network = {
    proxy: { kind: 'proxy', address: 'http://p:3128', place: 'HTTPS_PROXY', exceptFor: '.corp' },
    ca: { file: '/etc/office.pem', certificates: 2 },
    limits: { connectMs: 1, firstEventMs: 2, answerMs: 3, idleMs: 4, streamMs: 5 },
    providers: { local: { proxy: { kind: 'none' } } },
  }
  expect(await asked((_, response) => response.end(JSON.stringify({ ...health, network })))).toMatchObject({ network })
  const other = await asked((_, response) => response.end(JSON.stringify({ ...health, network: { proxy: 'none' } })))
  expect(other).toMatchObject({ pid: 7 })
  expect(other?.network).toBeUndefined()
})
