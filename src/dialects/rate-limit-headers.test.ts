import { expect, it } from 'vitest'
import { rateLimitHeaders } from './rate-limit-headers.ts'

const now = new Date('2026-03-14T12:00:00Z')
// platform.openai.com/docs/guides/rate-limits (2026-11).
const openai = {
  'x-ratelimit-limit-requests': '60',
  'x-ratelimit-remaining-requests': '59',
  'x-ratelimit-reset-requests': '1s',
  'x-ratelimit-limit-tokens': '150000',
  'x-ratelimit-remaining-tokens': '149984',
  'x-ratelimit-reset-tokens': '6m0s',
}
// platform.claude.com/docs/en/api/rate-limits (2026-11).
const anthropic = {
  'anthropic-ratelimit-requests-limit': '50',
  'anthropic-ratelimit-requests-remaining': '49',
  'anthropic-ratelimit-requests-reset': '2026-03-14T12:01:30Z',
  'anthropic-ratelimit-input-tokens-limit': '40000',
  'anthropic-ratelimit-input-tokens-remaining': '39000',
  'anthropic-ratelimit-input-tokens-reset': '2026-03-14T13:00:00Z',
}

it('passes on what is said in the caller’s own style', () => {
  expect(rateLimitHeaders(openai, 'chat-completions', now)).toEqual(openai)
  expect(rateLimitHeaders(openai, 'responses', now)).toEqual(openai)
  expect(rateLimitHeaders(anthropic, 'messages', now)).toEqual(anthropic)
})

it('says it anew in the other', () => {
  expect(rateLimitHeaders(openai, 'messages', now)).toEqual({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-03-14T12:00:01Z',
    'anthropic-ratelimit-tokens-limit': '150000',
    'anthropic-ratelimit-tokens-remaining': '149984',
    'anthropic-ratelimit-tokens-reset': '2026-03-14T12:06:00Z',
  })
  expect(rateLimitHeaders(anthropic, 'chat-completions', now)).toEqual({
    'x-ratelimit-limit-requests': '50',
    'x-ratelimit-remaining-requests': '49',
    'x-ratelimit-reset-requests': '1m30s',
  })
})

it.each([
  [12, '12ms'],
  [1_500, '1.5s'],
  [3_600_000, '1h0m0s'],
  [3_930_500, '1h5m30.5s'],
])('tells %i ms as OpenAI does', (ms, told) => {
  const reset = new Date(now.getTime() + ms).toISOString()
  expect(rateLimitHeaders({ 'anthropic-ratelimit-tokens-reset': reset }, 'chat-completions', now)).toEqual({
    'x-ratelimit-reset-tokens': told,
  })
})

it.each([
  ['a line end', 'x-ratelimit-remaining-tokens', '1\r\nset-cookie: a=1'],
  ['64 KiB', 'x-ratelimit-remaining-tokens', '1'.repeat(65_536)],
  ['a word', 'x-ratelimit-limit-tokens', 'many'],
  ['a word for a time', 'x-ratelimit-reset-tokens', 'soon'],
  ['a time without end', 'x-ratelimit-reset-tokens', '9'.repeat(39)],
  ['a name of its own', 'x-ratelimit-remaining', '1'],
  ['another header', 'set-cookie', 'a=1'],
])('S-14 says nothing of %s', (_, name, value) => {
  for (const caller of ['messages', 'chat-completions'] as const) {
    expect(rateLimitHeaders({ [name]: value }, caller, now)).toEqual({})
  }
})
