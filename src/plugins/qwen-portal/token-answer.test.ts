import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTokenAnswer, resourceUrl } from './token-answer.ts'

describe("Qwen's token endpoint, in the standard's shape", () => {
  it.each<[string, number, object, number, object]>([
    ['a login that waits', 400, { error: 'authorization_pending' }, 400, { error: 'authorization_pending' }],
    ['a login that waits, inside a 200', 200, { status: 'pending' }, 400, { error: 'authorization_pending' }],
    ['too many questions, as 429', 429, { error: 'slow_down' }, 400, { error: 'slow_down' }],
    ['too many questions, as 400', 400, { error: 'slow_down' }, 400, { error: 'slow_down' }],
    ['a code that expired', 400, { error: 'expired_token' }, 400, { error: 'expired_token' }],
    [
      'a person who said no',
      400,
      { error: 'access_denied', error_description: 'User denied' },
      400,
      { error: 'access_denied', error_description: 'User denied' },
    ],
    [
      'a refresh token that was spent',
      400,
      { error: 'invalid_request', error_description: 'Invalid refresh token or client_id' },
      400,
      { error: 'invalid_request', error_description: 'Invalid refresh token or client_id' },
    ],
    [
      'an error inside a 200, in capitals',
      200,
      { error: 'INVALID_GRANT', error_description: 'The refresh token is invalid' },
      400,
      { error: 'invalid_grant', error_description: 'The refresh token is invalid' },
    ],
    ['a device code that is not known', 401, { error: 'invalid_client' }, 401, { error: 'invalid_client' }],
    ['another limit', 429, { message: 'Rate limited' }, 429, { message: 'Rate limited' }],
    ['a server that is out of order', 503, {}, 503, {}],
  ])('%s', (_, status, body, standardStatus, standardBody) => {
    expect(readTokenAnswer({ status, body: { ...body } })).toEqual({ status: standardStatus, body: standardBody })
  })

  it('is a success with its token type, which it may leave out', () => {
    const body = { access_token: 'at', refresh_token: 'rt', expires_in: 21_600, resource_url: 'portal.qwen.ai' }
    expect(readTokenAnswer({ status: 200, body })).toEqual({ status: 200, body: { token_type: 'Bearer', ...body } })
    expect(readTokenAnswer({ status: 200, body: { ...body, token_type: 'bearer' } }).body['token_type']).toBe('bearer')
  })

  it('has no token where the token is null or empty', () => {
    const body = { access_token: null, refresh_token: '', expires_in: null, scope: 'openid' }
    expect(readTokenAnswer({ status: 200, body })).toEqual({
      status: 200,
      body: { token_type: 'Bearer', scope: 'openid' },
    })
  })

  it('is a success when an empty error stands beside the token', () => {
    for (const error of ['', null]) {
      const answer = readTokenAnswer({ status: 200, body: { access_token: 'at', error } })
      expect(answer).toEqual({ status: 200, body: { token_type: 'Bearer', access_token: 'at' } })
    }
  })
})

describe('the address that a token answer names', () => {
  it.each([
    ['portal.qwen.ai', 'https://portal.qwen.ai/v1'],
    ['portal.qwen.ai/', 'https://portal.qwen.ai/v1'],
    ['portal.qwen.ai/v1', 'https://portal.qwen.ai/v1'],
    ['https://portal.qwen.ai', 'https://portal.qwen.ai/v1'],
    ['https://portal.qwen.ai/v1', 'https://portal.qwen.ai/v1'],
    ['https://portal.qwen.ai/v1/', 'https://portal.qwen.ai/v1'],
    ['https://portal.qwen.ai/compatible-mode//', 'https://portal.qwen.ai/compatible-mode/v1'],
    ['  https://portal.qwen.ai  ', 'https://portal.qwen.ai/v1'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/v1'],
    ['HTTPS://portal.qwen.ai', 'HTTPS://portal.qwen.ai/v1'],
    ['localhost:4000/v1', 'https://localhost:4000/v1'],
  ])('%j is %s', (named, url) => {
    expect(resourceUrl({ resource_url: named })).toBe(url)
  })

  it.each([
    {},
    { resource_url: '' },
    { resource_url: '  ' },
    { resource_url: '/' },
    { resource_url: null },
    { resource_url: 5 },
  ])('is none in %j', (body) => {
    expect(resourceUrl(body)).toBeUndefined()
  })

  it('may stand under the name that older answers gave it', () => {
    expect(resourceUrl({ endpoint: 'portal.qwen.ai' })).toBe('https://portal.qwen.ai/v1')
    expect(resourceUrl({ resource_url: '', endpoint: 'portal.qwen.ai' })).toBe('https://portal.qwen.ai/v1')
    expect(resourceUrl({ resource_url: 'a.qwen.ai', endpoint: 'b.qwen.ai' })).toBe('https://a.qwen.ai/v1')
  })

  it('ends in one /v1, however often it is read', () => {
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        const once = resourceUrl({ resource_url: url })
        expect(once).toMatch(/[^/]\/v1$/)
        expect(resourceUrl({ resource_url: once })).toBe(once)
      }),
    )
  })
})
