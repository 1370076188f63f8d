/** The three calls as they go over the wire, and answers of every kind. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DeviceLogin } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { openHttpClient } from '../net/client.ts'
import { systemRandom } from '../system/random.ts'
import { DEVICE_PATH, loginAt, startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import { fakeClock } from './fake-clock.fixture.ts'
import { oauthClient, type DeviceAuthorization, type OAuthClient } from './oauth-client.ts'

const portal = await startPortal()

function clientFor(url: string, login: Partial<DeviceLogin> = {}): OAuthClient {
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(() => http.close())
  return oauthClient(loginAt(url, login), {
    http: () => Promise.resolve(http),
    clock: fakeClock(),
    random: systemRandom,
    userAgent: 'openclaw/test',
  })
}

async function deviceFrom(client: OAuthClient): Promise<DeviceAuthorization> {
  const answer = await client.authorizeDevice()
  if (answer.kind === 'failed') throw new Error(String(answer.problem.evidence))
  return answer.value
}

/** A server that answers as told, and remembers what it was asked. */
async function server(answer: { status?: number; body?: string; headers?: Record<string, string> }) {
  const heard: { headers: IncomingHttpHeaders; body: string; url: string | undefined }[] = []
  const listening = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push({ headers: request.headers, body, url: request.url })
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body ?? '{}')
    })
  })
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void listening.close())
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, heard }
}

const device = {
  device_code: 'dc',
  user_code: 'ABCDEFGH',
  verification_uri: 'https://chat.qwen.ai/authorize',
  expires_in: 900,
}

describe('the request for a device code', () => {
  it('is a form with client, scope and a PKCE challenge, under our own name', async () => {
    const { url, heard } = await server({ body: JSON.stringify(device) })
    const { codeVerifier } = await deviceFrom(clientFor(url))
    expect(codeVerifier.reveal()).toMatch(/^[\w-]{43}$/)
    const [request] = heard
    expect(request?.url).toBe(DEVICE_PATH)
    expect(request?.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/),
      accept: 'application/json',
      'user-agent': 'openclaw/test',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
    })
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      client_id: 'f0304373b74a44d2b584a3fb70ca9e56',
      scope: 'openid profile email model.completion',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it.each([
    [5, 5],
    ['7', 7],
    [0, 0],
    [null, undefined],
    [-1, undefined],
    ['soon', undefined],
  ])('takes an interval of %j for %j seconds', async (interval, expected) => {
    const { url } = await server({ body: JSON.stringify({ ...device, interval }) })
    expect((await deviceFrom(clientFor(url, { readTokenAnswer: (answer) => answer }))).intervalS).toBe(expected)
  })

  it('waits for no code longer than a day', async () => {
    const { url } = await server({ body: JSON.stringify({ ...device, expires_in: 1e99 }) })
    expect((await deviceFrom(clientFor(url))).expiresInS).toBe(86_400)
  })

  it('fails with the words of an error inside a 200', async () => {
    const body = '{"error":"INVALID_REQUEST","error_description":"Client not allowed"}'
    const { url } = await server({ body })
    expect(await clientFor(url).authorizeDevice()).toMatchObject({
      kind: 'failed',
      problem: { evidence: 'invalid_request: Client not allowed' },
    })
    expect(await clientFor(url, { readTokenAnswer: (answer) => answer }).authorizeDevice()).toMatchObject({
      kind: 'failed',
      problem: { evidence: 'INVALID_REQUEST: Client not allowed' },
    })
  })

  it.each(['[]', '"text"', 'null', '<html></html>', ''])('fails when %j is the answer', async (body) => {
    const { url } = await server({ body })
    expect(await clientFor(url).authorizeDevice()).toMatchObject({ kind: 'failed', problem: { kind: 'not-oauth' } })
  })

  it('fails when the answer lacks what a person needs', async () => {
    for (const missing of ['device_code', 'user_code', 'verification_uri', 'expires_in']) {
      const { url } = await server({ body: JSON.stringify({ ...device, [missing]: undefined }) })
      expect(await clientFor(url).authorizeDevice()).toMatchObject({
        kind: 'failed',
        problem: { evidence: expect.stringContaining(missing) },
      })
    }
  })
})

describe('a poll', () => {
  it('carries the verifier, which the portal checks', async () => {
    const client = clientFor(portal.url)
    const authorization = await deviceFrom(client)
    await portal.control('approve', { user_code: authorization.userCode })
    expect(await client.redeemDeviceCode({ ...authorization, codeVerifier: new Secret('x'.repeat(43)) })).toMatchObject(
      {
        kind: 'failed',
        problem: { kind: 'terminal', error: 'invalid_grant' },
      },
    )
    expect(await client.redeemDeviceCode(authorization)).toMatchObject({
      kind: 'ok',
      value: { credential: { kind: 'oauth' }, resourceUrl: `${portal.url}/v1` },
    })
  })

  it('ends at once when it is given up', async () => {
    const client = clientFor(portal.url)
    const authorization = await deviceFrom(client)
    await portal.control('faults', { path: TOKEN_PATH, kind: 'hang' })
    const controller = new AbortController()
    const polling = client.redeemDeviceCode(authorization, controller.signal)
    const start = performance.now()
    controller.abort()
    expect(await polling).toMatchObject({ kind: 'failed' })
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe('a refresh', () => {
  it('sends the token and the client, and neither scope nor verifier', async () => {
    const { url, heard } = await server({ body: '{"access_token":"at","expires_in":60}' })
    await clientFor(url).refresh(new Secret('rt'))
    expect(Object.fromEntries(new URLSearchParams(heard[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'rt',
      client_id: 'f0304373b74a44d2b584a3fb70ca9e56',
    })
  })

  it('tells how long the server wants to be left alone, an hour at most', async () => {
    const after = async (told: string, date = 'Sat, 14 Mar 2026 12:00:00 GMT') => {
      const { url } = await server({ status: 503, body: '{}', headers: { date, 'retry-after': told } })
      const answer = await clientFor(url).refresh(new Secret('rt'))
      return answer.kind === 'failed' ? answer.problem.retryAfterMs : undefined
    }
    expect(await after('30')).toBe(30_000)
    expect(await after('Sat, 14 Mar 2026 12:02:00 GMT')).toBe(120_000)
    // By the server's own clock, wherever ours stands.
    expect(await after('Sat, 14 Mar 2026 15:00:30 GMT', 'Sat, 14 Mar 2026 15:00:00 GMT')).toBe(30_000)
    expect(await after('86400')).toBe(3_600_000)
    expect(await after('later')).toBeUndefined()
  })

  it('follows no redirect, reads no endless body, and calls a page what it is', async () => {
    const redirect = await server({ status: 302, body: '', headers: { location: 'http://127.0.0.1:9/login' } })
    expect(await clientFor(redirect.url).refresh(new Secret('rt'))).toMatchObject({
      problem: { kind: 'not-oauth', status: 302 },
    })
    const endless = await server({ body: JSON.stringify({ access_token: 'a'.repeat(2_000_000) }) })
    expect(await clientFor(endless.url).refresh(new Secret('rt'))).toMatchObject({ problem: { kind: 'passing' } })
    const page = await server({ body: '<html>sign in to the network</html>', headers: { 'content-type': 'text/html' } })
    expect(await clientFor(page.url).refresh(new Secret('rt'))).toMatchObject({
      problem: { kind: 'not-oauth', status: 200 },
    })
  })

  it('without a token in the answer is no success', async () => {
    for (const body of ['{}', '{"access_token":null}', '{"access_token":"a\\nb"}']) {
      const { url } = await server({ body })
      expect(await clientFor(url).refresh(new Secret('rt'))).toMatchObject({
        kind: 'failed',
        problem: { kind: 'no-token', status: 200, evidence: 'the answer holds no access token' },
      })
    }
  })

  it('tells an error inside a 200', async () => {
    const { url } = await server({
      body: '{"error":"INVALID_GRANT","error_description":"The refresh token is invalid"}',
    })
    expect(await clientFor(url).refresh(new Secret('rt'))).toMatchObject({
      kind: 'failed',
      problem: { kind: 'terminal', evidence: 'invalid_grant: The refresh token is invalid' },
    })
    expect(await clientFor(url, { readTokenAnswer: (answer) => answer }).refresh(new Secret('rt'))).toMatchObject({
      kind: 'failed',
      problem: { kind: 'passing', evidence: 'INVALID_GRANT: The refresh token is invalid' },
    })
  })
})

describe('a server that says back what it was sent', () => {
  it('is told without it', async () => {
    const { url } = await echo()
    const client = clientFor(url)
    const mine = new Secret('rt-of-mine')
    const sent = {
      deviceCode: new Secret('dc-short'),
      codeVerifier: new Secret('cv short enough to stay'),
      userCode: 'A',
      verificationUri: 'x',
    }
    const answers = [
      await client.refresh(mine),
      await client.redeemDeviceCode({ ...sent, expiresInS: 1 }),
      await clientFor(url, { revocationPath: '/revoke' }).revoke(mine, 'refresh_token'),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ kind: 'failed', problem: { evidence: expect.stringContaining('[redacted]') } })
      expect(JSON.stringify(answer)).not.toMatch(/rt-of-mine|dc-short|cv short/)
    }
  })

  async function echo() {
    const listening = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const said = Object.values(Object.fromEntries(new URLSearchParams(body))).join(' ')
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: 'invalid_grant', error_description: said }))
      })
    })
    await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void listening.close())
    return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` }
  }
})

describe('a revocation', () => {
  it('sends the token, what it is, and the client, to the place that the login names (RFC 7009, 2.1)', async () => {
    const { url, heard } = await server({ body: '' })
    expect(await clientFor(url, { revocationPath: '/revoke' }).revoke(new Secret('rt'), 'refresh_token')).toEqual({
      kind: 'ok',
      value: undefined,
    })
    expect(heard[0]?.url).toBe('/revoke')
    expect(Object.fromEntries(new URLSearchParams(heard[0]?.body))).toEqual({
      token: 'rt',
      token_type_hint: 'refresh_token',
      client_id: 'f0304373b74a44d2b584a3fb70ca9e56',
    })
  })

  it('that did not happen is a failure with its reason', async () => {
    const busy = await server({
      status: 503,
      body: '{"error":"temporarily_unavailable"}',
      headers: { 'retry-after': '9' },
    })
    expect(
      await clientFor(busy.url, { revocationPath: '/revoke' }).revoke(new Secret('rt'), 'refresh_token'),
    ).toMatchObject({
      kind: 'failed',
      problem: { status: 503, retryAfterMs: 9_000, evidence: 'temporarily_unavailable' },
    })
    const gone = clientFor('http://127.0.0.1:9', { revocationPath: '/revoke' })
    expect(await gone.revoke(new Secret('rt'), 'refresh_token')).toMatchObject({
      kind: 'failed',
      problem: { kind: 'passing' },
    })
  })
})
