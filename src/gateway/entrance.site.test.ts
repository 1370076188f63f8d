/** Who comes in by Host and Origin, at each route there is and at none. */
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { openGateway, type RawAnswer } from './fixtures/gateway.ts'
import { OURS, PLACES, send } from './fixtures/places.ts'

const lan = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address

describe('a foreign Host', () => {
  it.each([
    ['another name', 'evil.test'],
    ['another name with our port', 'evil.test:PORT'],
    ['an address of this machine in its network', `${lan ?? '192.168.1.7'}:PORT`],
    ['our address as the beginning of a name', '127.0.0.1.evil.test:PORT'],
    ['localhost with a dot', 'localhost.:PORT'],
    ['a name below localhost', 'x.localhost:PORT'],
    ['another port', 'localhost:1'],
    ['no port', '127.0.0.1'],
    ['an empty port', '127.0.0.1:'],
    ['another spelling of our address', '127.1:PORT'],
    ['another address of loopback', '127.0.0.2:PORT'],
    ['all addresses', '0.0.0.0:PORT'],
    ['our address within IPv6', '[::ffff:127.0.0.1]:PORT'],
    ['a user before it', 'user@127.0.0.1:PORT'],
    ['nothing', ''],
    ['two in one', '127.0.0.1:PORT, evil.test'],
  ])('is refused: %s', async (_, written) => {
    const gateway = await openGateway()
    const host = `Host: ${written.replace('PORT', String(gateway.port))}`
    for (const place of PLACES) {
      const answer = await send(gateway, place, [OURS], host)
      expect([place, answer.status]).toEqual([place, 403])
    }
    expect(gateway.upstream.hits('a')).toEqual([])
  })

  it('is refused when it comes beside ours', async () => {
    const gateway = await openGateway()
    const ours = `Host: ${gateway.host}`
    for (const hosts of [
      [ours, 'Host: evil.test'],
      ['Host: evil.test', ours],
      [ours, ours],
    ]) {
      expect((await send(gateway, { method: 'GET', path: '/health' }, hosts, '')).status).toBe(400)
    }
  })

  it('is refused when it is missing', async () => {
    const gateway = await openGateway()
    expect((await send(gateway, { method: 'GET', path: '/health' }, [OURS], '')).status).toBe(400)
    expect((await gateway.raw('GET /health HTTP/1.0\r\n\r\n')).status).toBe(403)
  })

  it('is refused when the whole address in the first line names it', async () => {
    const gateway = await openGateway()
    const at = (address: string): Promise<RawAnswer> => send(gateway, { method: 'GET', path: address }, [OURS])
    expect((await at(`http://evil.test:${gateway.port}/v1/models`)).status).toBe(403)
    expect((await at(`http://${gateway.host}@evil.test/v1/models`)).status).toBe(403)
    expect((await at(`http://${gateway.host}/v1/models`)).status).toBe(200)
    expect((await at(`https://${gateway.host}/v1/models`)).status).toBe(400)
    expect((await at('*')).status).toBe(400)
  })
})

it.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])(
  'answers to the Host %s',
  async (host) => {
    const gateway = await openGateway()
    const answer = await send(
      gateway,
      { method: 'GET', path: '/v1/models' },
      [OURS],
      `Host: ${host.replace('PORT', String(gateway.port))}`,
    )
    expect(answer.status).toBe(200)
  },
)

describe('a page elsewhere', () => {
  it.each([
    ['Origin: https://evil.test'],
    ['Origin: null'],
    ['Origin:'],
    ['Origin: http://localhost:1'],
    ['Origin: http://127.0.0.1'],
    ['Origin: https://127.0.0.1:PORT'],
    ['Origin: chrome-extension://abcdefghijklmnop'],
    ['Origin: http://127.0.0.1:PORT.evil.test'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Sec-Fetch-Site: something new'],
  ])('is refused by its %s, and told nothing', async (header) => {
    const gateway = await openGateway()
    for (const place of PLACES) {
      const answer = await send(gateway, place, [OURS, header.replace('PORT', String(gateway.port))])
      expect([place, answer.status]).toEqual([place, 403])
      expect(answer.text.toLowerCase()).not.toContain('access-control')
    }
    expect(gateway.upstream.hits('a')).toEqual([])
  })

  it('gets no leave to ask', async () => {
    const gateway = await openGateway()
    for (const { path } of PLACES) {
      const answer = await send(gateway, { method: 'OPTIONS', path }, [
        'Origin: https://evil.test',
        'Access-Control-Request-Method: POST',
        'Access-Control-Request-Headers: authorization',
      ])
      expect(answer.status).toBe(403)
      expect(answer.text.toLowerCase()).not.toContain('access-control')
    }
  })

  it('cannot send a form: that carries no token', async () => {
    const gateway = await openGateway()
    const answer = await send(gateway, { method: 'POST', path: '/v1/chat/completions' }, ['Content-Type: text/plain'])
    expect(answer.status).toBe(401)
    expect(gateway.upstream.hits('a')).toEqual([])
  })

  it('cannot open a WebSocket', async () => {
    const gateway = await openGateway()
    const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
    const ask = (...headers: readonly string[]): Promise<RawAnswer> =>
      gateway.raw(
        ['GET / HTTP/1.1', `Host: ${gateway.host}`, 'Connection: Upgrade, close', ...upgrade, ...headers, '', ''].join(
          '\r\n',
        ),
      )
    expect((await ask('Origin: https://evil.test')).status).toBe(403)
    expect((await ask()).status).toBe(401)
  })
})

it('answers our own page, without a word about other origins', async () => {
  const gateway = await openGateway()
  const headers = [OURS, `Origin: http://${gateway.host}`, 'Sec-Fetch-Site: same-origin']
  const answer = await send(gateway, { method: 'GET', path: '/v1/models' }, headers)
  expect(answer.status).toBe(200)
  expect(answer.text.toLowerCase()).not.toContain('access-control')
})
