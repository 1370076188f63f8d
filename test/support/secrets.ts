/** Secrets in tests: each equals its own text and no other, though they all print the same. */
import { expect } from 'vitest'
import { Secret } from '../../src/core/secret.ts'

let areTaught = false

/** Once for a process, which several files of tests may share. */
export function teachSecrets(): void {
  if (areTaught) return
  areTaught = true
  expect.addEqualityTesters([
    (left: unknown, right: unknown) =>
      left instanceof Secret || right instanceof Secret ? textOf(left) === textOf(right) : undefined,
  ])
}

function textOf(value: unknown): string | undefined {
  if (value instanceof Secret) return value.reveal()
  return typeof value === 'string' ? value : undefined
}
