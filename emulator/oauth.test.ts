/** Login and refresh against the OAuth endpoints. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientId, question, startWithClient, tokensIn } from './test-client.ts'
import type { TestClient, Tokens } from './test-client.ts'

let portal: TestClient
beforeEach(async () => {
  portal = await startWithClient()
})
afterEach(() => portal.close())

const invalidRefresh = { error: 'invalid_request', error_description: 'Invalid refresh token or client_id' }
const pending = { error: 'authorization_pending', error_description: 'The authorization request is still pending' }
const slowDown = { error: 'slow_down', error_description: 'The client is polling too frequently' }
const noGrant = { error: 'invalid_grant', error_description: 'Invalid device code or code verifier' }
const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

describe('the device code endpoint', () => {
  it('answers with a code of eight letters and an address that holds it', async () => {
    const device = await portal.startDevice()
    expect(device.user_code).toMatch(/^[B-Z]{8}$/)
    expect(device.verification_uri).toBe(`${portal.url}/authorize`)
    expect(device.verification_uri_complete).toBe(
      `${portal.url}/authorize?user_code=${device.user_code}&client=qwen-code`,
    )
    expect(device.expires_in).toBe(900)
    expect(device).not.toHaveProperty('interval')
  })

  it('tells an interval once it was given one', async () => {
    await portal.control('device', { interval: 3, expiresIn: 60 })
    expect(await portal.startDevice()).toMatchObject({ interval: 3, expires_in: 60 })
    await portal.control('device', { interval: null })
    expect(await portal.startDevice()).not.toHaveProperty('interval')
  })

  it('refuses JSON, a foreign client, a missing or plain challenge, an unknown scope', async () => {
    const path = '/api/v1/oauth2/device/code'
    const json = await portal.send(path, {
      method: 'POST',
      body: JSON.stringify({ client_id: clientId, ...challenge }),
      headers: { 'content-type': 'application/json' },
    })
    expect(json).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    expect(await portal.form(path, { client_id: 'someone', ...challenge })).toMatchObject({
      status: 401,
      json: { error: 'invalid_client', error_description: 'Client authentication failed' },
    })
    for (const wrong of [{}, { ...challenge, code_challenge_method: 'plain' }, { ...challenge, code_challenge: 'x' }]) {
      const heard = await portal.form(path, { client_id: clientId, ...wrong })
      expect(heard).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    }
    const scope = await portal.form(path, { client_id: clientId, scope: 'openid admin', ...challenge })
    expect(scope).toMatchObject({ status: 400, json: { error: 'invalid_scope' } })
  })
})

describe('polling', () => {
  it('is pending until a person approves, then gives a pair of tokens once', async () => {
    const device = await portal.startDevice()
    expect(await portal.poll(device)).toMatchObject({ status: 400, json: pending })
    await portal.control('approve', { user_code: device.user_code })
    await portal.control('clock', { advanceMs: 2_000 })

    const success = await portal.poll(device)
    expect(success.status).toBe(200)
    expect(success.headers.get('content-type')).toBe('application/json')
    expect(success.json).toEqual({
      access_token: expect.stringMatching(/^emu-at-/),
      refresh_token: expect.stringMatching(/^emu-rt-/),
      token_type: 'Bearer',
      expires_in: 21_600,
      scope: 'openid profile email model.completion',
      resource_url: portal.url,
    })
    await portal.control('clock', { advanceMs: 2_000 })
    expect(await portal.poll(device)).toMatchObject({ status: 400, json: noGrant })
  })

  it('says pending inside a 200 when that style is chosen', async () => {
    await portal.control('device', { pendingStyle: '200' })
    expect(await portal.poll(await portal.startDevice())).toMatchObject({ status: 200, json: { status: 'pending' } })
  })

  it('answers slow_down with 429, or 400 if so chosen, and demands five seconds more from then on', async () => {
    const device = await portal.startDevice()
    await portal.poll(device)
    await portal.control('clock', { advanceMs: 1_500 })
    expect(await portal.poll(device)).toMatchObject({ status: 429, json: slowDown })
    expect((await portal.state()).devices[0]?.demandedIntervalMs).toBe(7_000)

    await portal.control('device', { slowDownStatus: 400 })
    await portal.control('clock', { advanceMs: 6_500 })
    expect(await portal.poll(device)).toMatchObject({ status: 400, json: slowDown })
    await portal.control('clock', { advanceMs: 12_000 })
    expect(await portal.poll(device)).toMatchObject({ status: 400, json: pending })
  })

  it('forgives 200 ms', async () => {
    const device = await portal.startDevice()
    await portal.poll(device)
    await portal.control('clock', { advanceMs: 1_850 })
    expect((await portal.poll(device)).json).toEqual(pending)
  })

  it('says access_denied after a refusal and expired_token after the time is over', async () => {
    const denied = await portal.startDevice()
    await portal.control('deny', { user_code: denied.user_code })
    expect(await portal.poll(denied)).toMatchObject({
      status: 400,
      json: { error: 'access_denied', error_description: 'User denied access' },
    })
    const expired = { error: 'expired_token', error_description: 'Device code expired' }
    const late = await portal.startDevice()
    await portal.control('clock', { advanceMs: 900_000 })
    expect(await portal.poll(late)).toMatchObject({ status: 400, json: expired })
    const ended = await portal.startDevice()
    await portal.control('expire', { user_code: ended.user_code })
    expect(await portal.poll(ended)).toMatchObject({ status: 400, json: expired })
  })

  it('verifies the PKCE verifier against the challenge', async () => {
    const device = await portal.startDevice()
    await portal.control('approve', { user_code: device.user_code })
    expect(await portal.poll(device, { code_verifier: 'x'.repeat(43) })).toMatchObject({ status: 400, json: noGrant })
    expect((await portal.poll(device)).status).toBe(200)
  })

  it('knows no foreign device code, client or grant', async () => {
    const device = await portal.startDevice()
    expect(await portal.poll(device, { device_code: 'unknown' })).toMatchObject({ status: 400, json: noGrant })
    expect(await portal.poll(device, { client_id: 'someone' })).toMatchObject({ status: 401 })
    const grant = await portal.poll(device, { grant_type: 'password' })
    expect(grant).toMatchObject({ status: 400, json: { error: 'unsupported_grant_type' } })
  })
})

describe('refresh', () => {
  const works = async ({ access_token }: Tokens): Promise<boolean> =>
    (await portal.chat(access_token, question('hello'))).status === 200

  it('gives a new pair, and leaves the old access token alive until it expires', async () => {
    const old = await portal.login()
    const heard = await portal.refresh(old.refresh_token)
    expect(heard.status).toBe(200)
    expect(heard.json).toEqual({
      access_token: expect.stringMatching(/^emu-at-/),
      token_type: 'Bearer',
      expires_in: 21_600,
      refresh_token: expect.stringMatching(/^emu-rt-/),
      resource_url: portal.url,
    })
    const fresh = tokensIn(heard)
    expect(fresh.access_token).not.toBe(old.access_token)
    expect(await works(fresh)).toBe(true)
    expect(await works(old)).toBe(true)
    expect(await portal.state()).toMatchObject({ counters: { logins: 1, refreshes: 1, reuseDetected: 0 } })
  })

  it('is needed when the access token has expired', async () => {
    await portal.control('device', { accessTokenSeconds: 60 })
    const old = await portal.login()
    await portal.control('clock', { advanceMs: 60_000 })
    expect(await works(old)).toBe(false)
    expect(await works(tokensIn(await portal.refresh(old.refresh_token)))).toBe(true)
  })

  it('revokes the whole family when a spent refresh token comes back', async () => {
    const first = await portal.login()
    const second = tokensIn(await portal.refresh(first.refresh_token))
    const other = await portal.login('other@example.com')

    expect(await portal.refresh(first.refresh_token)).toMatchObject({ status: 400, json: invalidRefresh })
    expect(await works(first)).toBe(false)
    expect(await works(second)).toBe(false)
    expect(await portal.refresh(second.refresh_token)).toMatchObject({ status: 400, json: invalidRefresh })
    expect(await works(other)).toBe(true)
    expect(await portal.state()).toMatchObject({ counters: { reuseDetected: 1 } })
  })

  it('knows no foreign refresh token, and none for a foreign client', async () => {
    expect(await portal.refresh('emu-rt-unknown')).toMatchObject({ status: 400, json: invalidRefresh })
    const { refresh_token } = await portal.login()
    const fields = { grant_type: 'refresh_token', refresh_token, client_id: 'someone' }
    expect(await portal.form('/api/v1/oauth2/token', fields)).toMatchObject({ status: 400, json: invalidRefresh })
    expect((await portal.refresh(refresh_token)).status).toBe(200)
  })

  it('ends with all logins of a revoked account', async () => {
    const tokens = await portal.login()
    await portal.control('revoke', { account: 'you@example.com' })
    expect(await works(tokens)).toBe(false)
    expect(await portal.refresh(tokens.refresh_token)).toMatchObject({ status: 400, json: invalidRefresh })
  })

  it('still succeeds when the plan is retired, though no completion does', async () => {
    await portal.control('retire', { on: true })
    const tokens = await portal.login()
    const fresh = tokensIn(await portal.refresh(tokens.refresh_token))
    expect(await portal.chat(fresh.access_token, question('hello'))).toMatchObject({
      status: 401,
      json: { error: { code: 'invalid_api_key', message: 'invalid access token or token expired' } },
    })
    await portal.control('retire', { on: false })
    expect(await works(fresh)).toBe(true)
  })
})
