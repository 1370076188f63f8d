/** What can be wrong with state.db, as errors and as data that a thread can send. */
import { keptSaid, phrase, saidFrom, type Said } from '../../core/phrase.ts'
import { OpenClawError } from '../../core/errors.ts'

/** It cannot be written at the moment (locked, full, read-only, ...); what was asked did not happen. */
export class StateUnwritableError extends OpenClawError<'state-unwritable'> {
  readonly file: string
  readonly reason: Said

  constructor(file: string, reason: Said, options: { readonly cause?: unknown } = {}) {
    super('state-unwritable', { detail: phrase('at-file', { file, reason }) }, options)
    this.name = 'StateUnwritableError'
    this.file = file
    this.reason = reason
  }
}

/** It cannot be used at all until a person acts: waiting mends nothing. */
export class StateFileError extends OpenClawError<'file-unusable'> {
  readonly problem: 'corrupt' | 'too-new' | 'sqlite-too-old' | 'planted'

  constructor(
    problem: StateFileError['problem'],
    params: { readonly file: string; readonly detail: Said },
    options: { readonly cause?: unknown } = {},
  ) {
    super('file-unusable', params, options)
    this.name = 'StateFileError'
    this.problem = problem
  }
}

/** An error as plain data. `fault` = our own mistake (a constraint broken, a value of the wrong kind). */
export interface Problem {
  readonly kind: 'unwritable' | 'fault' | StateFileError['problem']
  readonly file: string
  /** A `keptSaid`. */
  readonly detail: string
}

export function errorOf(problem: Problem, options: { readonly cause?: unknown } = {}): Error {
  const { kind, file, detail } = problem
  if (kind === 'unwritable') return new StateUnwritableError(file, saidFrom(detail), options)
  if (kind === 'fault') return new Error(detail, options)
  return new StateFileError(kind, { file, detail: saidFrom(detail) }, options)
}

export function problemOf(error: unknown, file: string): Problem {
  if (error instanceof StateUnwritableError) return { kind: 'unwritable', file, detail: keptSaid(error.reason) }
  if (error instanceof StateFileError) return { kind: error.problem, file, detail: keptSaid(error.params.detail) }
  const detail = error instanceof Error ? error.message : String(error)
  const resultCode = sqliteResult(error)
  if (resultCode !== undefined) return { kind: SQLITE_KINDS.get(resultCode) ?? 'fault', file, detail }
  // What the file system refuses (ENOSPC, EACCES, EROFS, ENOTDIR, EMFILE, ...) carries the name of its call.
  if (error instanceof Error && 'syscall' in error) return { kind: 'unwritable', file, detail }
  return { kind: 'fault', file, detail }
}

/** SQLite's primary result code, undefined for what SQLite did not throw. */
export function sqliteResult(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export const SQLITE_ERROR = 1
export const SQLITE_BUSY = 5
export const SQLITE_READONLY = 8
export const SQLITE_CANTOPEN = 14

/** sqlite.org/rescode.html: those that speak of the file and its disk, not of what was asked. */
const SQLITE_KINDS: ReadonlyMap<number, Problem['kind']> = new Map([
  [SQLITE_BUSY, 'unwritable'],
  [6, 'unwritable'], // LOCKED
  [7, 'unwritable'], // NOMEM
  [SQLITE_READONLY, 'unwritable'],
  [10, 'unwritable'], // IOERR
  [11, 'corrupt'],
  [13, 'unwritable'], // FULL
  [SQLITE_CANTOPEN, 'unwritable'],
  [15, 'unwritable'], // PROTOCOL: lost a race for the WAL's locks too often
  [22, 'unwritable'], // NOLFS: the file may not grow any more
  [23, 'unwritable'], // AUTH
  [26, 'corrupt'], // NOTADB
])
