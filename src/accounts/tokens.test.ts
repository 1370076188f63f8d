/** A token endpoint's answers, odd ones above all. */
import { describe, expect, it } from 'vitest'
import { loginAt } from './emulator.fixture.ts'
import { grantFrom, markOf, problemFrom, secondsIn } from './tokens.ts'

const NOW = new Date('2026-03-14T12:00:00Z')
const login = loginAt('https://chat.qwen.ai')

const whole = { access_token: 'at', refresh_token: 'rt', token_type: 'Bearer', expires_in: 21_600 }
const credentialOf = (body: Record<string, unknown>) => grantFrom(login, body, NOW)?.credential
const livesS = (expiresIn: unknown): number =>
  ((credentialOf({ ...whole, expires_in: expiresIn })?.expiresAt.getTime() ?? 0) - NOW.getTime()) / 1_000

describe('a token answer', () => {
  it('gives the pair with its end, and the place it names', () => {
    expect(grantFrom(login, { ...whole, resource_url: 'portal.qwen.ai' }, NOW)).toEqual({
      credential: {
        kind: 'oauth',
        accessToken: 'at',
        refreshToken: 'rt',
        expiresAt: new Date('2026-03-14T18:00:00Z'),
      },
      resourceUrl: 'https://portal.qwen.ai/v1',
    })
  })

  it('without a refresh token names none, so that the old one stays', () => {
    for (const missing of [undefined, null, '', 'undefined', 'null', 7]) {
      expect(credentialOf({ ...whole, refresh_token: missing })).not.toHaveProperty('refreshToken')
    }
  })

  it.each([undefined, null, '', 'soon', -1, 0, Number.NaN, true, [5]])(
    'with %s for its lifetime lives five minutes',
    (expiresIn) => {
      expect(livesS(expiresIn)).toBe(300)
    },
  )

  it('may name its lifetime in a string', () => {
    expect(livesS('3600')).toBe(3_600)
  })

  it.each([1e99, 2_147_483_647])('with %d seconds lives 400 days at most', (expiresIn) => {
    expect(livesS(expiresIn)).toBe(400 * 86_400)
  })

  it.each(['', 'undefined', 'null', 'a\nb', 'a\r\nx-evil: 1', 'a\u0000', 'a b', 'ü', null, undefined, 7, {}])(
    'with %j for its access token is none',
    (accessToken) => {
      expect(credentialOf({ ...whole, access_token: accessToken })).toBeUndefined()
    },
  )

  it('with control characters in its refresh token keeps the old one', () => {
    expect(credentialOf({ ...whole, refresh_token: 'r\nt' })).not.toHaveProperty('refreshToken')
  })
})

it('reads seconds from numbers and strings, and nothing else', () => {
  expect([5, '5', 0, '2.5'].map(secondsIn)).toEqual([5, 5, 0, 2.5])
  expect([-1, '', ' ', 'x', null, undefined, true, {}, Number.NaN, Number.POSITIVE_INFINITY].map(secondsIn)).toEqual(
    Array.from({ length: 10 }),
  )
})

describe('a problem at the token endpoint', () => {
  it('is final when it names the grant, the token or the client, as Qwen does with invalid_request', () => {
    for (const error of ['invalid_request', 'invalid_grant', 'invalid_client', 'unauthorized_client']) {
      for (const status of [400, 401]) expect(problemFrom(status, { error })).toMatchObject({ kind: 'terminal', error })
    }
    const said = { error: 'invalid_request', error_description: 'Invalid refresh token or client_id' }
    expect(problemFrom(400, said)).toEqual({
      kind: 'terminal',
      status: 400,
      error: 'invalid_request',
      evidence: 'invalid_request: Invalid refresh token or client_id',
    })
  })

  it.each([
    [400, { error: 'authorization_pending' }],
    [400, { error: 'server_busy' }],
    [401, { message: 'go away' }],
    [403, { error: 'invalid_grant' }],
    [404, {}],
    [429, { error: 'slow_down' }],
    [503, { error: 'invalid_grant' }],
  ])('passes at %d with %j', (status, body) => {
    expect(problemFrom(status, body)).toMatchObject({ kind: 'passing', status })
  })

  it('is none of OAuth where something else answered', () => {
    for (const body of [undefined, null, 'text']) {
      expect(problemFrom(200, body)).toMatchObject({ kind: 'not-oauth', status: 200 })
    }
  })

  it('is told in one line that holds no secret and moves no terminal', () => {
    const spent = 'k3Jx9QmZ7vLw2RtY8pBn5HsD'
    const { evidence } = problemFrom(400, {
      error: 'invalid_grant',
      error_description: `\u001b[2J${spent}\r\nwas \u202Eused`,
    })
    expect(evidence).not.toContain(spent)
    expect(evidence).toMatch(/^invalid_grant: [\x20-\x7e]+$/)
    expect(problemFrom(400, {}).evidence).toEqual('HTTP 400 without a reason')
  })
})

it('marks a secret without telling it', () => {
  expect(markOf('secret')).toBe(markOf('secret'))
  expect(markOf('secret')).toMatch(/^[0-9a-f]{64}$/)
})
