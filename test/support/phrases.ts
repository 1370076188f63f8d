/** Phrases in tests: equal to their English words; `saying` finds words in one, and takes nothing else for it. */
import { expect } from 'vitest'
import { Phrase } from '../../src/core/phrase.ts'

let areTaught = false

/** Once for a process, which several files of tests may share. */
export function teachPhrases(): void {
  if (areTaught) return
  areTaught = true
  expect.addEqualityTesters([
    (left: unknown, right: unknown) => {
      if (left instanceof Phrase && typeof right === 'string') return String(left) === right
      return right instanceof Phrase && typeof left === 'string' ? String(right) === left : undefined
    },
  ])

  expect.extend({
    saying(received: unknown, words: string | RegExp) {
      const said = received instanceof Phrase ? String(received) : ''
      const pass = said !== '' && (typeof words === 'string' ? said.includes(words) : words.test(said))
      return { pass, message: () => `${String(received)} ${pass ? 'says' : 'does not say'} ${String(words)}` }
    },
  })
}

declare module 'vitest' {
  interface AsymmetricMatchersContaining {
    saying(words: string | RegExp): unknown
  }
}
