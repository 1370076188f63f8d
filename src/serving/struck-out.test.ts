import { expect, it } from 'vitest'
import { Secret } from '../core/secret.ts'
import { strikeOut } from './struck-out.ts'

it('takes our credential out of all that a plugin reads of an answer', () => {
  const apiKey = new Secret('sk-our-own-key-1234567890')
  const { answer } = strikeOut({ kind: 'api-key', apiKey })
  const text = '{"error":{"message":"sk-our-own-key-1234567890 is busy"}}'
  const seen = answer({
    status: 429,
    contentType: 'application/json',
    text,
    json: JSON.parse(text),
    rateLimit: { 'x-ratelimit-reset': '20s', 'x-ratelimit-key': 'sk-our-own-key-1234567890' },
    now: new Date(0),
  })
  expect(JSON.stringify(seen)).not.toContain('our-own-key')
  expect(seen.rateLimit?.['x-ratelimit-reset']).toBe('20s')
  expect(JSON.stringify(seen.json)).toContain('is busy')
})
