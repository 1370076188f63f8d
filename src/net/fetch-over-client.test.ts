/** Our HTTP client in the shape of fetch, as oauth4webapi uses it. */
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { fetchOverClient, TransportError } from './fetch-over-client.ts'
import { openClient, rawServer, until } from './fixtures/servers.ts'

const LIMITS = { connectMs: 1_000, headMs: 1_000, idleMs: 1_000, totalMs: 3_000 }

function answer(status: string, body: string, type = 'application/json'): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

it('carries a device login and its token request', async () => {
  const server = await rawServer((socket, count) => {
    socket.write(
      count === 1
        ? answer(
            '200 OK',
            '{"device_code":"d","user_code":"u","verification_uri":"https://chat.qwen.ai/x","expires_in":900}',
          )
        : answer('400 Bad Request', '{"error":"authorization_pending"}'),
    )
  })
  const base = `http://127.0.0.1:${server.port}`
  const authority = { issuer: base, device_authorization_endpoint: `${base}/device`, token_endpoint: `${base}/token` }
  const options = {
    [oauth.customFetch]: fetchOverClient(openClient(), LIMITS),
    [oauth.allowInsecureRequests]: true,
  }
  const person = { client_id: 'c' }
  const device = await oauth.processDeviceAuthorizationResponse(
    authority,
    person,
    await oauth.deviceAuthorizationRequest(authority, person, oauth.None(), { scope: 'openid' }, options),
  )
  expect(device.user_code).toBe('u')
  const token = await oauth.deviceCodeGrantRequest(authority, person, oauth.None(), device.device_code, options)
  await expect(oauth.processDeviceCodeResponse(authority, person, token)).rejects.toMatchObject({
    status: 400,
    error: 'authorization_pending',
  })
  expect(server.requests[0]?.text).toMatch(/\r\n\r\nscope=openid&client_id=c$/)
  expect(server.requests[0]?.text).toMatch(/content-type: application\/x-www-form-urlencoded;charset=UTF-8\r\n/i)
})

describe('a fetch over our client', () => {
  it('follows no redirect', async () => {
    const server = await rawServer((socket) =>
      socket.write('HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\n\r\n'),
    )
    const response = await fetchOverClient(openClient(), LIMITS)(server.url)
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://evil.example/'])
  })

  it('goes out over a connection of its own, so that no dead one leaves open whether a token is spent', async () => {
    const server = await rawServer((socket) => {
      if (server.requests.filter((one) => one.socket === socket).length > 1) socket.resetAndDestroy()
      else socket.write(answer('200 OK', '{}'))
    })
    const fetchIt = fetchOverClient(openClient(), LIMITS)
    for (let round = 0; round < 3; round += 1) expect((await fetchIt(server.url, { method: 'POST' })).status).toBe(200)
    expect(server.requests).toHaveLength(3)
  })

  it('gives an answer without a body where there can be none', async () => {
    const server = await rawServer((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
    const response = await fetchOverClient(openClient(), LIMITS)(server.url, { method: 'POST' })
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  it('rejects with what became of the request', async () => {
    const failed = fetchOverClient(openClient(), LIMITS)('http://127.0.0.1:1/')
    await expect(failed).rejects.toBeInstanceOf(TransportError)
    await expect(failed).rejects.toMatchObject({ problem: { kind: 'refused', neverSent: true } })
  })

  it('takes no body longer than 1 MiB', async () => {
    const server = await rawServer((socket) => socket.write(answer('200 OK', 'x'.repeat(1024 * 1024 + 1))))
    await expect(fetchOverClient(openClient(), LIMITS)(server.url)).rejects.toMatchObject({
      problem: { kind: 'protocol' },
    })
  })

  it('rejects with the reason of the signal that ended it', async () => {
    const server = await rawServer(() => {})
    const controller = new AbortController()
    const going = fetchOverClient(openClient(), LIMITS)(server.url, { signal: controller.signal })
    const outcome = expect(going).rejects.toThrow('enough')
    await until(() => server.requests.length === 1)
    controller.abort(new Error('enough'))
    await outcome
  })
})
