import { describe, expect, it } from 'vitest'
import type { FailedAnswer } from '../../core/provider.ts'
import { parsedJson } from '../fields.ts'
import { chatFailureReader, readChatFailure } from './failure.ts'

const now = new Date('2026-07-22T08:00:00Z')
const error = (code: string | null, message: string, type = 'invalid_request_error'): string =>
  JSON.stringify({ error: { code, message, type, param: null } })

describe('an error answer', () => {
  it.each([
    [401, error('invalid_api_key', 'Incorrect API key'), 'auth', 'account'],
    [401, '', 'auth', 'account'],
    [401, error(null, 'There is no such model for this key'), 'auth', 'account'],
    [403, error(null, 'Forbidden'), 'auth', 'account'],
    [402, error(null, 'Pay first'), 'billing', 'account'],
    [429, error('insufficient_quota', 'You exceeded your current quota'), 'billing', 'account'],
    [400, error(null, 'Your credit balance is too low to use it'), 'billing', 'account'],
    [429, error('rate_limit_exceeded', 'on tokens per min', 'tokens'), 'rate-limit', 'account-and-model'],
    [429, error(null, 'prompt is too long for this minute'), 'rate-limit', 'account-and-model'],
    [429, '', 'rate-limit', 'account-and-model'],
    [404, error('model_not_found', 'The model `x` does not exist'), 'model-missing', 'model'],
    [403, error('model_not_found', 'Project has no access'), 'model-missing', 'model'],
    [404, error(null, 'model "x:7b" not found, try pulling it first'), 'model-missing', 'model'],
    [400, error(null, 'x/y is not a valid model ID'), 'model-missing', 'model'],
    [400, error('context_length_exceeded', 'too long'), 'context-too-long', 'request'],
    [400, error(null, "This model's maximum context length is 8192 tokens."), 'context-too-long', 'request'],
    [413, '', 'context-too-long', 'request'],
    [400, error('content_filter', 'filtered'), 'filtered', 'request'],
    [400, error('content_policy_violation', 'rejected'), 'filtered', 'request'],
    [400, error(null, "'max_tokens' is not supported with this model."), 'bad-request', 'request'],
    [422, '{"detail":"no"}', 'bad-request', 'request'],
    [405, 'Method Not Allowed', 'bad-request', 'request'],
    [408, '', 'timeout', 'model'],
    [500, error(null, 'oops', 'server_error'), 'overload', 'model'],
    [503, error(null, 'model x is not available'), 'overload', 'model'],
    [503, 'upstream connect error', 'overload', 'provider'],
    [529, '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', 'overload', 'model'],
    [200, error(null, 'bad field'), 'bad-request', 'request'],
    [200, '{"error":{"message":"x","code":"503"}}', 'overload', 'model'],
    [200, 'what?', 'overload', 'provider'],
  ])('with %i and %j is %s of the %s', (status, text, kind, scope) => {
    const failure = readChatFailure(answer(status, text))
    expect({ kind: failure.kind, scope: failure.scope }).toEqual({ kind, scope })
    expect(failure.evidence).not.toBe('')
  })

  it.each([
    [404, '', 'Is the base URL right? HTTP 404 without a body'],
    [404, '{"detail":"Not Found"}', 'Is the base URL right? Not Found'],
    [
      404,
      '<html><title>Not here</title></html>',
      'HTTP 404 with a web page instead of an answer: is the base URL right? Not here',
    ],
    [301, '', 'Is the base URL right? HTTP 301 without a body'],
  ])('with %i and %j asks for the base URL', (status, text, evidence) => {
    expect(readChatFailure(answer(status, text))).toMatchObject({ kind: 'auth', scope: 'account', evidence, status })
  })

  it.each([
    [502, 'overload'],
    [403, 'malformed'],
    [405, 'malformed'],
    [429, 'rate-limit'],
  ])('with %i and a page comes from what stands before the provider: %s', (status, kind) => {
    const failure = readChatFailure(answer(status, '<html><title>Blocked</title></html>'))
    expect(failure).toMatchObject({
      kind,
      scope: 'provider',
      evidence: `HTTP ${status} with a web page instead of an answer: Blocked`,
    })
  })

  it('says when to come back where waiting helps', () => {
    const later = (status: number, text = ''): Date | undefined =>
      readChatFailure({ ...answer(status, text), retryAfter: '7200' }).retryAt
    expect(later(429)).toEqual(new Date('2026-07-22T09:00:00Z'))
    expect(later(503)).toEqual(new Date('2026-07-22T09:00:00Z'))
    expect(later(429, error('quota_exceeded', 'x'))).toEqual(new Date('2026-07-22T10:00:00Z'))
    expect(later(401)).toBeUndefined()
  })
})

it('takes the headers that its body tells for want of its own', () => {
  const told = JSON.stringify({ error: { message: 'x', code: 429, metadata: { headers: { 'Retry-After': 20 } } } })
  const at = (own: object): Date | undefined => readChatFailure({ ...answer(429, told), ...own }).retryAt
  expect(at({})).toEqual(new Date('2026-07-22T08:00:20Z'))
  expect(at({ retryAfter: '5' })).toEqual(new Date('2026-07-22T08:00:05Z'))
})

it('takes what another server had said in place of the word that it said something', () => {
  const said = (raw: unknown): unknown =>
    readChatFailure(answer(502, JSON.stringify({ error: { message: 'Provider returned error', metadata: { raw } } })))
      .evidence
  expect(said('{"error":{"message":"no room"}}')).toBe('no room')
  expect(said('no room')).toBe('no room')
  for (const raw of ['{}', '7', '', null, { error: { message: 'no room' } }])
    expect(said(raw)).toBe('Provider returned error')
})

describe("a provider's own reading", () => {
  const busy = { kind: 'rate-limit', scope: 'account', evidence: 'key sk-abcdefgh\nis busy' } as const

  it('goes first, and comes out with clean evidence, the status and the time from the header', () => {
    const read = chatFailureReader(() => busy)
    expect(read({ ...answer(500, ''), retryAfter: '5' })).toEqual({
      ...busy,
      status: 500,
      evidence: 'key [redacted] is busy',
      retryAt: new Date(now.getTime() + 5_000),
    })
  })

  it("keeps a time it read itself, and gives way to the dialect's where it finds nothing", () => {
    const retryAt = new Date(0)
    expect(chatFailureReader(() => ({ ...busy, retryAt }))({ ...answer(429, ''), retryAfter: '5' }).retryAt).toBe(
      retryAt,
    )
    expect(chatFailureReader(() => undefined)(answer(402, '')).kind).toBe('billing')
  })
})

it('never throws on a body of any shape', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  for (const text of [
    'null',
    '[]',
    '[null]',
    '{"error":[]}',
    `{"error":{"code":${deep}}}`,
    '{"error":{}}',
    '{"detail":[{"msg":"x"}]}',
  ]) {
    expect(readChatFailure(answer(500, text)).kind).toBe('overload')
  }
})

function answer(status: number, text: string): FailedAnswer {
  return { status, contentType: '', text, json: parsedJson(text), now }
}
