import { describe, expect, it } from 'vitest'
import { readChatAnswer } from './answer.ts'
import { chatFailureReader } from './failure.ts'

const choice = { index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }

describe('a whole answer', () => {
  it('is complete with a finish reason, and tells its tokens', () => {
    const usage = { prompt_tokens: 12, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 0 } }
    expect(read(JSON.stringify({ choices: [choice], usage }))).toEqual({
      verdict: { kind: 'complete' },
      usage: { inputTokens: 12, outputTokens: 2, cachedInputTokens: 0 },
    })
    expect(read(`\uFEFF${JSON.stringify({ choices: [choice] })}`)).toEqual({ verdict: { kind: 'complete' } })
  })

  it('counts no token that is no number', () => {
    const usage = { prompt_tokens: '12', completion_tokens: 3, prompt_tokens_details: { cached_tokens: -1 } }
    expect(read(JSON.stringify({ choices: [choice], usage })).usage).toEqual({ outputTokens: 3 })
  })

  it.each([
    ['is empty', ' \n', 'malformed'],
    ['is a page', '<!DOCTYPE html><title>Login</title>', 'malformed'],
    ['is cut', JSON.stringify({ choices: [choice] }).slice(0, -2), 'malformed'],
    ['is no object', '"hello"', 'malformed'],
    ['is a stream', `data: ${JSON.stringify({ choices: [choice] })}\n\n`, 'malformed'],
    ['has no choices', '{"choices":[]}', 'malformed'],
    ['is something else', '{"object":"list"}', 'malformed'],
    ['has no finish reason', JSON.stringify({ choices: [{ ...choice, finish_reason: null }] }), 'truncated'],
    ['has one choice of two unfinished', JSON.stringify({ choices: [choice, { index: 1, message: {} }] }), 'truncated'],
    ['was filtered', JSON.stringify({ choices: [{ ...choice, finish_reason: 'content_filter' }] }), 'filtered'],
    [
      'ends in an error',
      JSON.stringify({ choices: [{ ...choice, finish_reason: 'error_finish' }] }),
      'error-inside-200',
    ],
    ['is an error', '{"error":{"message":"no","code":"model_not_found"}}', 'error-inside-200'],
    ['is a flat error', '{"code":"Throttling","message":"no","request_id":"1"}', 'error-inside-200'],
  ])('fails when it %s', (_, text, kind) => {
    expect(read(text).verdict.kind).toBe(kind)
  })

  it('fails when the arguments of one of its calls are cut', () => {
    const calls = (args: string) => [
      { id: 'a', function: { name: 'f', arguments: '{}' } },
      { id: 'b', function: { name: 'f', arguments: args } },
    ]
    const answer = (args: string): string =>
      JSON.stringify({ choices: [{ index: 0, message: { tool_calls: calls(args) }, finish_reason: 'tool_calls' }] })
    expect(read(answer('{"a":"}')).verdict.kind).toBe('malformed')
    expect(read(answer('{"a":"{\\""}')).verdict.kind).toBe('complete')
    expect(read(answer('')).verdict.kind).toBe('complete')
    expect(
      read(answer('{"a":"}').replace('"id":"b"', '"id":"b","index":7').replace('}]}', '},{"id":"c","index":7}]}'))
        .verdict.kind,
    ).toBe('malformed')
  })

  it('is read in its own script when it names its error', () => {
    expect(read('{"error":{"message":"余额不足","code":"insufficient_balance"}}').verdict).toMatchObject({
      failure: { kind: 'billing', scope: 'account', evidence: '余额不足' },
    })
  })
})

function read(text: string) {
  return readChatAnswer(Buffer.from(text), { readFailure: chatFailureReader(undefined), now: () => new Date(0) })
}
