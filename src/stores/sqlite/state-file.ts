/** An open state.db: what the command line uses at once and the writer thread for others. */
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { Rest } from '../../core/failure.ts'
import type { QuotaCount } from '../../core/quota-policy.ts'
import type { IssuedToken } from '../../core/scope.ts'
import { groupCommit } from './group-commit.ts'
import { handlerOf, rowsOf } from './handlers.ts'
import type { LedgerRows } from './ledger-rows.ts'
import { openDatabase, openToRead, type OpenOptions } from './open.ts'
import type { Operation, Outcome } from './operations.ts'
import { patiently } from './patience.ts'
import { markedWriters, takeMark, writerLives, type WriterMark } from './writer-mark.ts'

/** What a copy in memory is made of. */
export interface Snapshot {
  readonly counts: readonly QuotaCount[]
  readonly rests: readonly Rest[]
  readonly tokens: readonly IssuedToken[]
}

export interface Report {
  /** In the order of the operations. */
  readonly outcomes: readonly Outcome[]
  /** Counters that they changed, as they now are on disk. */
  readonly changed: readonly QuotaCount[]
}

export interface StateFile {
  /**
   * All writes in one transaction; the report is true once it is returned. `now` in milliseconds since 1970. Does not
   * throw: what cannot be done is an outcome.
   */
  run(operations: readonly Operation[], now: number): Report
  used(account: string, day: string): number
  rest(key: string, now: number): Rest | undefined
  tokens(): readonly IssuedToken[]
  snapshot(): Snapshot
  /** Changes when another connection has changed the file. */
  version(): number
  /** False: the file was removed or replaced, and what is written reaches nobody. */
  inPlace(): boolean
  /** Rows that dead processes left open become `unknown`. */
  settleTheDead(): void
  /** Who vouches for the rows that we leave open. */
  writer(): string
  checkpoint(): void
  close(): void
}

/** Enough for many accounts over many days. */
const SNAPSHOT_COUNTERS = 1_000

/** `writer` = who we were when this process had it open before: those rows are ours. */
export function openStateFile(options: StateFileOptions): StateFile {
  return stateFileOver(openDatabase(options), options)
}

/** For who may not write there: what would be written is an outcome that says so. */
export function openStateFileToRead(options: StateFileOptions): StateFile {
  return stateFileOver(openToRead(options), options)
}

type StateFileOptions = OpenOptions & { readonly writer?: string | undefined }

function stateFileOver(database: DatabaseSync, options: StateFileOptions): StateFile {
  const { path, busyMs } = options
  const inode = inodeOf(path)
  const rows = rowsOf(database)
  const version = database.prepare('PRAGMA data_version')

  let mark: WriterMark | undefined
  const writer = (): string => {
    mark ??= takeMark(path, options.writer ?? newWriterId(database))
    return mark.id
  }

  const commit = groupCommit(database, options)
  const changes = new Map<Operation | undefined, readonly QuotaCount[]>()
  let running: Operation | undefined
  const handle = handlerOf({ database, rows, writer, onCounts: (counts) => void changes.set(running, counts) })

  return {
    run(operations, now) {
      changes.clear()
      const outcomes = commit({
        operations,
        run(operation) {
          running = operation
          return handle(operation, now)
        },
        onUndone: (operation) => void changes.delete(operation),
      })
      return { outcomes, changed: lastOfEach([...changes.values()].flat()) }
    },
    used: (account, day) => patiently(busyMs, () => rows.ledger.used(account, day)),
    rest: (key, now) => patiently(busyMs, () => rows.cooldowns.find(key, now)),
    tokens: () => patiently(busyMs, () => rows.tokens.list()),
    // Rests that are over, too: their reader has the clock.
    snapshot: () => ({
      counts: rows.ledger.latestCounts(SNAPSHOT_COUNTERS),
      rests: rows.cooldowns.list(0),
      tokens: rows.tokens.list(),
    }),
    version: () => Number(version.get()?.['data_version']),
    inPlace: () => inodeOf(path) === inode,
    settleTheDead: () => patiently(busyMs, () => settleTheDead(path, rows.ledger, mark?.id ?? options.writer)),
    writer,
    // PASSIVE waits for nobody and stops nobody.
    checkpoint: () => database.exec('PRAGMA wal_checkpoint(PASSIVE)'),
    close() {
      database.close()
      mark?.release()
    },
  }
}

function settleTheDead(path: string, ledger: LedgerRows, self: string | undefined): void {
  for (const writer of new Set([...ledger.openWriters(), ...markedWriters(path)])) {
    if (writer !== self && !writerLives(path, writer)) ledger.forget(writer)
  }
}

function lastOfEach(counts: readonly QuotaCount[]): readonly QuotaCount[] {
  return counts.length < 2
    ? counts
    : [...new Map(counts.map((count) => [`${count.day} ${count.account}`, count])).values()]
}

/** SQLite's randomness is at hand; node:crypto costs a command 3 ms. */
function newWriterId(database: DatabaseSync): string {
  return String(database.prepare('SELECT lower(hex(randomblob(16))) AS id').get()?.['id'])
}

/** Undefined also where it cannot be told: then whoever opens it anew is told why. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}
