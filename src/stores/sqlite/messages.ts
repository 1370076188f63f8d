/** What the main thread and the writer thread say to each other. */
import type { QuotaCount } from '../../core/quota-policy.ts'
import type { Problem } from './errors.ts'
import type { Operation, Outcome } from './operations.ts'
import type { Snapshot } from './state-file.ts'

/** The thread's `workerData`. */
export interface WriterSettings {
  readonly path: string
  readonly busyMs: number
  /** How often it looks whether another process has changed the file. */
  readonly pollMs: number
  /** Who the thread before it was, if that one died. */
  readonly writer?: string
}

/** One turn's operations; `now` in milliseconds since 1970. */
export interface Work {
  readonly kind: 'work'
  readonly id: number
  readonly now: number
  readonly operations: readonly Operation[]
}

export type ToWriter = Work | { readonly kind: 'close' }

/** A work's outcomes, packed: copying them to the other thread is what a message costs. */
export interface Done {
  readonly id: number
  /** In the order of the operations; undefined also where one failed. */
  readonly answers: readonly unknown[]
  readonly failures?: ReadonlyMap<number, Problem>
}

export function packed(id: number, outcomes: readonly Outcome[]): Done {
  const failures = new Map<number, Problem>()
  const answers = outcomes.map((outcome, index) => {
    if (outcome.ok) return outcome.answer
    failures.set(index, outcome.problem)
    return undefined
  })
  return failures.size > 0 ? { id, answers, failures } : { id, answers }
}

export function unpacked({ answers, failures }: Done): readonly Outcome[] {
  return answers.map((answer, index) => {
    const problem = failures?.get(index)
    return problem ? { ok: false, problem } : { ok: true, answer }
  })
}

export type FromWriter =
  | { readonly kind: 'opened'; readonly writer: string; readonly snapshot: Snapshot }
  | { readonly kind: 'not-opened'; readonly problem: Problem }
  /** The works of one transaction, and the counters that they changed. */
  | { readonly kind: 'done'; readonly works: readonly Done[]; readonly changed: readonly QuotaCount[] }
  /** Another process has written, or a token was given or taken back. */
  | { readonly kind: 'changed'; readonly snapshot: Snapshot }
  | { readonly kind: 'closed' }
