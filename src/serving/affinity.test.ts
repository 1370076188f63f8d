/** A conversation keeps its account. */
import { expect, it } from 'vitest'
import type { Profile } from '../core/credential.ts'
import { openAffinity } from './affinity.ts'
import { movedClock } from './fixtures/clock.ts'

const profile = (name: string): Profile => ({ id: `p:${name}`, provider: 'p', mode: 'api_key' })
const A = profile('a')
const B = profile('b')
const C = profile('c')

it('puts the account that answered first before the others, which keep their order', () => {
  const affinity = openAffinity(movedClock())
  expect(affinity.homeFirst('talk', [A, B, C])).toEqual([A, B, C])
  affinity.answered('talk', C)
  expect(affinity.homeFirst('talk', [A, B, C])).toEqual([C, A, B])
  expect(affinity.homeFirst('another talk', [A, B, C])).toEqual([A, B, C])
  expect(affinity.homeFirst(undefined, [A, B, C])).toEqual([A, B, C])
})

it('keeps the home while others answer for it', () => {
  const affinity = openAffinity(movedClock())
  affinity.answered('talk', A)
  affinity.answered('talk', B)
  expect(affinity.homeFirst('talk', [B, A])[0]).toBe(A)
})

it('keeps a home apart for each provider', () => {
  const affinity = openAffinity(movedClock())
  const elsewhere = { ...B, provider: 'q' }
  affinity.answered('talk', elsewhere)
  expect(affinity.homeFirst('talk', [A, B])).toEqual([A, B])
})

it('finds another home for a conversation whose own is no profile any more', () => {
  const affinity = openAffinity(movedClock())
  affinity.answered('talk', C)
  expect(affinity.homeFirst('talk', [A, B])).toEqual([A, B])
  affinity.answered('talk', B)
  expect(affinity.homeFirst('talk', [A, B])).toEqual([B, A])
  expect(affinity.homeFirst('talk', [A])).toEqual([A])
  affinity.answered('talk', A)
  expect(affinity.homeFirst('talk', [B, A])[0]).toBe(A)
})

it('forgets a home that nobody came to for an hour', () => {
  const clock = movedClock()
  const affinity = openAffinity(clock)
  affinity.answered('talk', C)
  clock.advance(3_600_000)
  affinity.answered('talk', A)
  clock.advance(3_600_000)
  expect(affinity.homeFirst('talk', [A, C])[0]).toBe(C)
  clock.advance(1)
  expect(affinity.homeFirst('talk', [A, C])[0]).toBe(A)
})

it('remembers no more conversations than memory should hold, the latest ones', () => {
  const affinity = openAffinity(movedClock())
  for (let talk = 0; talk <= 20_000; talk += 1) affinity.answered(`${talk}`, B)
  expect(affinity.homeFirst('0', [A, B])[0]).toBe(A)
  expect(affinity.homeFirst('1', [A, B])[0]).toBe(B)
  expect(affinity.homeFirst('20000', [A, B])[0]).toBe(B)
})
