/** What was met on the walk of a request that nobody answered. */
import { briefly, type Rejection } from '../core/decision.ts'
import type { Tried } from '../core/error-entry.ts'
import type { Setup } from '../core/setup.ts'
import type { Met } from './walk.ts'

export interface Story {
  /** Those who were asked, in order. */
  readonly met: readonly Met[]
  /** Those who were not, in order. */
  readonly rejected: readonly Rejection[]
  readonly attempts: readonly string[]
}

export interface RefusalMeans {
  readonly setup: Setup
  readonly now: Date
  /** Its id, by which the whole story can be looked at. */
  readonly request: string
}

/** For an error's words; one attempt is told by its own error. */
export function triedIn({ attempts, rejected }: Pick<Story, 'attempts' | 'rejected'>): Tried {
  if (attempts.length < 2) return {}
  const rejections = new Set(rejected.map(briefly))
  const tried = attempts.filter((attempt) => !rejections.has(attempt))
  const passed = attempts.filter((attempt) => rejections.has(attempt))
  return { ...(tried.length > 0 && { tried }), ...(passed.length > 0 && { passed }) }
}
