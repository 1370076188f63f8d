import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatFailureReader } from '../../dialects/chat-completions/failure.ts'
import type { FailedAnswer } from '../../sdk/index.ts'
import { readQwenFailure } from './read-failure.ts'

const now = new Date('2026-07-22T08:00:00Z')
const read = chatFailureReader(readQwenFailure)

describe('the time at which a Qwen quota returns', () => {
  const exhausted = (reset: string): FailedAnswer =>
    answer(
      429,
      `{"error":{"code":"insufficient_quota","message":"Your token-plan 1-week quota has been exhausted. ${reset}"}}`,
    )
  const retryAt = (reset: string, at: string): string | undefined =>
    read({ ...exhausted(reset), now: new Date(at) }).retryAt?.toISOString()

  it('is the next such day, as the message names no year', () => {
    const reset = 'The quota will reset at 07-27 09:25:00 UTC.'
    expect(retryAt(reset, '2026-07-22T08:00:00Z')).toBe('2026-07-27T09:25:00.000Z')
  })

  it('lies in the new year when the old one is nearly over', () => {
    expect(retryAt('The quota will reset at 01-02 09:25:00 UTC.', '2026-12-30T00:00:00Z')).toBe(
      '2027-01-02T09:25:00.000Z',
    )
  })

  it('is unknown when it has just passed, is no date, or was not told', () => {
    expect(retryAt('The quota will reset at 07-22 07:59:59 UTC.', '2026-07-22T08:00:00Z')).toBeUndefined()
    expect(retryAt('The quota will reset at 02-31 07:59:59 UTC.', '2026-02-22T08:00:00Z')).toBeUndefined()
    expect(retryAt('The quota will reset at 07-27 09:25:00 UTC+8.', '2026-07-22T08:00:00Z')).toBeUndefined()
    expect(retryAt('', '2026-07-22T08:00:00Z')).toBeUndefined()
  })
})

describe('a spent day and a busy minute', () => {
  it('are told apart by their words, as both carry insufficient_quota', () => {
    const kindOf = (message: string): string | undefined =>
      readQwenFailure(answer(429, JSON.stringify({ error: { code: 'insufficient_quota', message } })))?.kind
    expect(kindOf('Free allocated quota exceeded.')).toBe('quota')
    expect(kindOf('You exceeded your current quota.')).toBe('rate-limit')
  })

  it('come back after the time in the header', () => {
    const busy = answer(429, '{"error":{"code":"limit_requests","message":"slow down"}}', '2')
    expect(read(busy).retryAt).toEqual(new Date(now.getTime() + 2_000))
  })
})

it('finds nothing of its own in the answers of other servers', () => {
  expect(readQwenFailure(answer(500, ''))).toBeUndefined()
  expect(readQwenFailure(answer(404, '{"detail":"Not Found"}'))).toBeUndefined()
  expect(readQwenFailure(answer(502, '<html>captain</html>', undefined, 'text/html'))).toBeUndefined()
})

it('reads whatever JSON comes without throwing', () => {
  const oddJson = fc.oneof(
    fc.jsonValue(),
    fc.record({ error: fc.jsonValue() }),
    fc.record({ error: fc.record({ code: fc.jsonValue(), message: fc.jsonValue(), type: fc.jsonValue() }) }),
  )
  fc.assert(
    fc.property(oddJson, fc.integer({ min: 100, max: 599 }), (json, status) => {
      expect(String(read(answer(status, JSON.stringify(json))).evidence).length).toBeLessThanOrEqual(400)
    }),
  )
})

function answer(status: number, text: string, retryAfter?: string, contentType = 'application/json'): FailedAnswer {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // Not every answer is JSON.
  }
  return { status, contentType, text, json, ...(retryAfter !== undefined && { retryAfter }), now }
}
