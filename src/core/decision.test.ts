import { describe, expect, it } from 'vitest'
import { briefly, nameOf, statusOf, type RejectionReason } from './decision.ts'

const until = new Date('2026-07-22T08:00:00Z')
const left = { used: 1, limit: 1, resetsAt: until, timeZone: 'UTC' }
const ref = { provider: 'p', model: 'm/n', profile: 'p:work' }

describe('a rejection', () => {
  it.each<[number, RejectionReason]>([
    [404, { kind: 'provider-not-found' }],
    [404, { kind: 'model-not-found' }],
    [404, { kind: 'profile-not-found' }],
    [400, { kind: 'no-vision' }],
    [401, { kind: 'needs-login', evidence: 'revoked' }],
    [503, { kind: 'no-login' }],
    [429, { kind: 'quota-spent', left }],
    [429, { kind: 'resting', failure: 'quota', evidence: '', until }],
    [429, { kind: 'resting', failure: 'rate-limit', evidence: '', until }],
    [503, { kind: 'resting', failure: 'overload', evidence: '', until }],
    [503, { kind: 'unset-variable', variable: 'KEY' }],
    [503, { kind: 'state-unwritable' }],
    [503, { kind: 'no-base-url' }],
    [503, { kind: 'plain-http', address: 'http://198.51.100.7/v1' }],
    [503, { kind: 'dialect-not-spoken', api: 'x' }],
    [503, { kind: 'too-many-hops' }],
  ])('has status %d for %o when nobody was asked', (status, reason) => {
    expect(statusOf(reason)).toBe(status)
  })

  it('is told in one word beside its ref, and for what rests by the failure', () => {
    expect(briefly({ ref, profile: 'p:work', reason: { kind: 'quota-spent', left } })).toBe('p/m/n=quota-spent')
    expect(briefly({ ref, reason: { kind: 'resting', failure: 'overload', evidence: '', until } })).toBe(
      'p/m/n=resting:overload',
    )
  })
})

it('names a candidate without the profile that was pinned', () => {
  expect(nameOf({ ref })).toBe('p/m/n')
})
