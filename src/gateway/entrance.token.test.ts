/** Who comes in by the token, at each route there is and at none. */
import { describe, expect, it } from 'vitest'
import { says } from '../serving/fixtures/answers.ts'
import { openGateway, TOKEN } from './fixtures/gateway.ts'
import { OURS, PLACES, send } from './fixtures/places.ts'

const CLOSED = PLACES.filter(({ path }) => path !== '/health')

describe('without the token', () => {
  it.each([
    ['no token', []],
    ['an empty one', ['Authorization: Bearer ']],
    ['an empty header', ['Authorization:']],
    ['an empty key', ['x-api-key:']],
    ['a wrong one', ['Authorization: Bearer nothing']],
    ['its beginning', [`Authorization: Bearer ${TOKEN.slice(0, -1)}`]],
    ['more than it', [`Authorization: Bearer ${TOKEN}x`]],
    ['two words', [`Authorization: Bearer ${TOKEN} ${TOKEN}`]],
    ['the token alone', [`Authorization: ${TOKEN}`]],
    ['Basic', [`Authorization: Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}`]],
    ['Basic and the token', [`Authorization: Basic ${TOKEN}`]],
    ['two headers that say the same', [OURS, OURS]],
    ['two headers, the wrong one first', ['Authorization: Bearer nothing', OURS]],
    ['two headers, the right one first', [OURS, 'Authorization: Bearer nothing']],
    ['two keys', [`x-api-key: ${TOKEN}`, `x-api-key: ${TOKEN}`]],
    ['a wrong key', ['x-api-key: nothing']],
    ['a key that contradicts', [OURS, 'x-api-key: nothing']],
    ['a header that contradicts the key', [`x-api-key: ${TOKEN}`, 'Authorization: Bearer nothing']],
    ['another scheme beside the key', [`x-api-key: ${TOKEN}`, `Authorization: Basic ${TOKEN}`]],
  ] as const)('nobody gets further with %s', async (_, headers) => {
    const gateway = await openGateway()
    for (const place of CLOSED) {
      const answer = await send(gateway, place, headers)
      expect([place, answer.status]).toEqual([place, 401])
      if (place.method !== 'HEAD') expect(answer.body).toContain('code":"invalid_gateway_token"')
    }
    expect(gateway.upstream.hits('a')).toEqual([])
  })

  it('nobody gets further by writing it into the address', async () => {
    const gateway = await openGateway()
    for (const { method, path } of CLOSED) {
      const answer = await send(gateway, { method, path: `${path}?token=${TOKEN}&access_token=${TOKEN}` }, [])
      expect(answer.status).toBe(401)
    }
  })

  it('health says that the gateway lives, and no more', async () => {
    const gateway = await openGateway({ problems: () => ['the disk is full'] })
    const answer = await send(gateway, { method: 'GET', path: '/health' }, [])
    expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}'])
    expect((await send(gateway, { method: 'GET', path: '/health' }, ['Authorization: Bearer nothing'])).status).toBe(
      401,
    )
  })
})

it.each([
  ['Authorization', [OURS]],
  ['a scheme in lower case', [`Authorization: bearer ${TOKEN}`]],
  ['x-api-key', [`x-api-key: ${TOKEN}`]],
  ['both headers', [OURS, `x-api-key: ${TOKEN}`]],
] as const)('lets in who shows the token by %s', async (_, headers) => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  for (const place of PLACES) expect((await send(gateway, place, headers)).status).not.toBe(401)
})

describe('an odd path', () => {
  const odd = [
    '//health',
    '/health/',
    '/HEALTH',
    '/./health',
    '/x/../health',
    '/%2e/health',
    '/%68ealth',
    '/health%00',
    '/health%2f',
    '/health;x',
    '/health\\',
    '\\health',
    '/v1//models',
    '/v1/models/../../health',
    '/v1/%2e%2e/health',
    '/v1/%252e%252e/health',
    '/V1/models',
    '/v1/models;a',
    '/v1/models%3Fx',
    '/v1\\models',
    '/v1/chat/completions/',
    '/v1/chat/./completions',
  ]
  it.each(odd)('is no other path: %s', async (path) => {
    const gateway = await openGateway()
    const without = await send(gateway, { method: 'GET', path }, [])
    const withToken = await send(gateway, { method: 'GET', path }, [OURS])
    expect([400, 401]).toContain(without.status)
    expect([400, 404]).toContain(withToken.status)
  })

  it('with a NUL in it is no request', async () => {
    const gateway = await openGateway()
    expect((await send(gateway, { method: 'GET', path: '/health\0' }, [])).status).toBe(400)
  })
})

it('refuses a head with more than a hundred headers, also where the last of them is the token', async () => {
  const gateway = await openGateway()
  const many = Array.from({ length: 150 }, (_, at) => `x-${at}: 1`)
  expect((await send(gateway, { method: 'GET', path: '/v1/models' }, [...many, OURS])).status).toBe(431)
  expect((await send(gateway, { method: 'GET', path: '/v1/models' }, [OURS, ...many, 'Host: evil.test'])).status).toBe(
    431,
  )
  expect((await send(gateway, { method: 'GET', path: '/v1/models' }, [`x-long: ${'x'.repeat(20_000)}`])).status).toBe(
    431,
  )
})
