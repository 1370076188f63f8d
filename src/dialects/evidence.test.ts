import { describe, expect, it } from 'vitest'
import { evidenceFrom } from './evidence.ts'

describe('evidence', () => {
  it('is one line of at most 300 characters', () => {
    expect(evidenceFrom('  a\r\n\tb\u0000\u001b[31m\u202ec ')).toBe('a b [31m c')
    expect(evidenceFrom('x '.repeat(1_000))).toHaveLength(300)
    expect(evidenceFrom('😀'.repeat(400)).isWellFormed()).toBe(true)
    expect(evidenceFrom('a \ud83d b').isWellFormed()).toBe(true)
  })

  it.each([
    ['Incorrect API key provided: sk-proj-abc123. Get one.', 'Incorrect API key provided: [redacted] Get one.'],
    ['bad key sk-AbCd****wxyz', 'bad key [redacted]'],
    ['Authorization: Bearer abc.def-ghi= failed', 'Authorization: Bearer [redacted] failed'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc expired', 'token [redacted] expired'],
    ['access_token="abcdef123456" is bad', 'access_token="[redacted]" is bad'],
    ['got Zx81kPq0s7fYw2LmN9Rt3Vb6', 'got [redacted]'],
  ])('hides the secret in %j', (text, expected) => {
    expect(evidenceFrom(text)).toBe(expected)
  })

  it.each([
    'The model `Qwen3-Coder-480B-A35B-Instruct-2507` does not exist.',
    'See https://help.example.com/compatible-mode/v1/model-studio/error-code#token-limit',
    'request 8c543638-bb11-9a6c-8784-267386f70d18 failed',
    'Rate limit: tokens per minute 10680324/10000000',
  ])('leaves %j as it is', (text) => {
    expect(evidenceFrom(text)).toBe(text)
  })

  it('shows no token that a cut would leave half of', () => {
    expect(evidenceFrom(`${'x '.repeat(140)}sk-abcdefghijklmnopqrstuvwxyz0123456789`)).not.toContain('abcdef')
  })

  it('stays what it is when made again', () => {
    const once = evidenceFrom(`Bearer abcdefghi ${'😀 '.repeat(200)}`)
    expect(evidenceFrom(once)).toBe(once)
  })
})
