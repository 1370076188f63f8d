/** Many operations in one transaction: the price of a commit is paid once. */
import type { DatabaseSync } from 'node:sqlite'
import { problemOf, type Problem } from './errors.ts'
import type { OpenOptions } from './open.ts'
import { EFFECTS, type Operation, type Outcome } from './operations.ts'
import { patiently } from './patience.ts'

export interface Group {
  readonly operations: readonly Operation[]
  /** Runs one; throws when it fails. */
  readonly run: (operation: Operation) => unknown
  /** Told that what this one had done was undone, before the next is run. */
  readonly onUndone: (operation: Operation) => void
}

/**
 * One that fails is undone alone; if the transaction fails, every write of it does, and reads are answered anew from
 * what is on disk. Outcomes stand in the order of the operations, and are true once they are returned.
 */
export function groupCommit(
  database: DatabaseSync,
  { path, busyMs }: OpenOptions,
): (group: Group) => readonly Outcome[] {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const savepoint = database.prepare('SAVEPOINT one')
  const release = database.prepare('RELEASE one')

  let synchronous: 'NORMAL' | 'FULL' = 'NORMAL'
  const setSynchronous = (wanted: typeof synchronous): void => {
    if (wanted === synchronous) return
    // SQLite takes it between transactions only.
    database.exec(`PRAGMA synchronous = ${wanted}`)
    synchronous = wanted
  }

  const attempt = (operation: Operation, run: Group['run']): Outcome => {
    try {
      return { ok: true, answer: run(operation) }
    } catch (error) {
      return { ok: false, problem: problemOf(error, path) }
    }
  }

  const attemptAlone = (operation: Operation, { run, onUndone }: Group): Outcome => {
    savepoint.run()
    const outcome = attempt(operation, run)
    if (!outcome.ok) {
      // Some failures of the disk end the whole transaction.
      if (!database.isTransaction) throw new LostTransaction(outcome.problem)
      database.exec('ROLLBACK TO one')
      onUndone(operation)
    }
    release.run()
    return outcome
  }

  const transact = (group: Group): readonly Outcome[] => {
    // What the disk did not let us undo the last time stands in the way of all that follows.
    if (database.isTransaction) database.exec('ROLLBACK')
    setSynchronous(group.operations.some(({ kind }) => EFFECTS[kind] === 'durable') ? 'FULL' : 'NORMAL')
    patiently(busyMs, () => begin.run())
    try {
      const outcomes = group.operations.map((operation) =>
        EFFECTS[operation.kind] === 'none' ? attempt(operation, group.run) : attemptAlone(operation, group),
      )
      commit.run()
      return outcomes
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  return (group) => {
    const { operations, run, onUndone } = group
    // Outside a transaction a question may meet a lock, too: while the WAL is recovered after a crash.
    const patient = (operation: Operation): unknown => patiently(busyMs, () => run(operation))
    if (operations.every(({ kind }) => EFFECTS[kind] === 'none')) {
      return operations.map((operation) => attempt(operation, patient))
    }
    try {
      return transact(group)
    } catch (error) {
      const problem = error instanceof LostTransaction ? error.problem : problemOf(error, path)
      return operations.map((operation) => {
        if (EFFECTS[operation.kind] === 'none') return attempt(operation, patient)
        onUndone(operation)
        return { ok: false, problem }
      })
    }
  }
}

class LostTransaction extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}
