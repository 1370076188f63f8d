/** What was met on the walk of a request that nobody answered. */
import type { Rejection } from '../core/decision.ts'
import type { Met } from './walk.ts'

export interface Story {
  /** Those who were asked, in order. */
  readonly met: readonly Met[]
  /** Those who were not, in order. */
  readonly rejected: readonly Rejection[]
  readonly attempts: readonly string[]
}

/** For an error's words; one attempt is told by its own error. */
export interface Tried {
  readonly tried?: readonly string[]
}

export function triedIn({ attempts }: Story): Tried {
  return attempts.length > 1 ? { tried: attempts } : {}
}
