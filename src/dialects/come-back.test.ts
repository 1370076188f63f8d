import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../core/failure.ts'
import type { FailedAnswer } from '../core/provider.ts'
import { comeBackAt, retryAtFrom } from './come-back.ts'
import { comeBackHeaders } from './retry-after.ts'

const now = new Date('2026-07-22T08:00:00Z')
const waitMs = (at: Date | undefined): number | undefined => at && at.getTime() - now.getTime()
const header = (text: string | undefined, kind: FailureKind = 'rate-limit'): number | undefined =>
  waitMs(retryAtFrom(text, now, kind))

describe('Retry-After', () => {
  it('is read in seconds and as a date', () => {
    expect(header('2')).toBe(2_000)
    expect(header(' 0.5 ')).toBe(500)
    expect(header('Wed, 22 Jul 2026 08:00:30 GMT')).toBe(30_000)
    expect(header('Wednesday, 22-Jul-26 08:00:30 GMT')).toBe(30_000)
  })

  it('is ignored when it is past or no time', () => {
    for (const text of [
      undefined,
      '',
      '0',
      '-5',
      'soon',
      'in 12',
      '1e3',
      'Wed, 22 Jul 2026 07:59:59 GMT',
      'Wed, 99 Xxx 2026 08:00:00 GMT',
    ]) {
      expect(header(text)).toBeUndefined()
    }
  })

  it('is cut at an hour for a rate limit and at a month for a quota', () => {
    expect(header('86400')).toBe(3_600_000)
    expect(header('86400', 'quota')).toBe(86_400_000)
    expect(header('9'.repeat(400), 'quota')).toBe(31 * 86_400_000)
  })
})

describe('the limits in the headers', () => {
  const at = (headers: Readonly<Record<string, string>>, kind: FailureKind = 'rate-limit'): number | undefined =>
    waitMs(comeBackAt(kind, { ...answer, ...comeBackHeaders(headers) }, ''))

  it.each([
    ['6m0s', 360_000],
    ['1h2m3.5s', 3_600_000],
    ['12ms', 12],
    ['59', 59_000],
    ['1784707230', 30_000],
    ['1784707230000', 30_000],
    ['2026-07-22T08:00:30Z', 30_000],
    ['2026-07-22T10:00:30.5+02:00', 30_500],
    ['Wed, 22 Jul 2026 08:00:30 GMT', 30_000],
    ['2026-07-22T07:00:00Z', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('tell when they are whole again: %s', (value, expected) => {
    expect(at({ 'x-ratelimit-reset': value })).toBe(expected)
  })

  it('count by the one that is spent, the latest where several are', () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '40s',
    }
    expect(at(headers)).toBe(40_000)
    expect(at({ ...headers, 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '50s' })).toBe(50_000)
  })

  it('count by the one that is nearest to its end, as a large request may find some left', () => {
    expect(
      at({
        'some-ratelimit-requests-limit': '100',
        'some-ratelimit-requests-remaining': '90',
        'some-ratelimit-requests-reset': '2026-07-22T08:00:02Z',
        'some-ratelimit-tokens-limit': '1000',
        'some-ratelimit-tokens-remaining': '20',
        'some-ratelimit-tokens-reset': '2026-07-22T08:00:31Z',
      }),
    ).toBe(31_000)
  })

  it('tell nothing when it cannot be known which one it was, or when they are not what failed', () => {
    expect(at({ 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' })).toBeUndefined()
    expect(at({ 'x-ratelimit-reset': '40s' }, 'overload')).toBeUndefined()
    expect(at({ 'x-ratelimit-reset': '40s' }, 'billing')).toBeUndefined()
  })

  it('stand behind the answer’s own word', () => {
    expect(at({ 'x-ratelimit-reset': '40s', 'retry-after': '3' })).toBe(3_000)
    expect(at({ 'retry-after': '3', 'retry-after-ms': '250' })).toBe(250)
    const told = { ...answer, ...comeBackHeaders({ 'x-ratelimit-reset': '40s' }) }
    expect(waitMs(comeBackAt('rate-limit', told, 'Please try again in 20s.'))).toBe(20_000)
  })
})

const answer: FailedAnswer = { status: 429, contentType: '', text: '', json: undefined, now }
