/** Opening state.db: made by us with its mode, checked, set to WAL. */
import { chmodSync, closeSync, linkSync, lstatSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { phrase } from '../../core/phrase.ts'
import {
  errorOf,
  problemOf,
  SQLITE_CANTOPEN,
  SQLITE_READONLY,
  sqliteResult,
  StateFileError,
  StateUnwritableError,
} from './errors.ts'
import { migrate } from './migrations.ts'
import { patiently, waitUntil } from './patience.ts'

export interface OpenOptions {
  readonly path: string
  /** How long a lock of another process is waited for. */
  readonly busyMs: number
  /** `by-hand`: only where `checkpoint` is called. */
  readonly checkpoints: 'by-itself' | 'by-hand'
}

export const DEFAULT_BUSY_MS = 5_000

/** Throws StateFileError when a person must act, StateUnwritableError when it may pass by itself. */
export function openDatabase({ path, busyMs, checkpoints }: OpenOptions): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    checkNotPlanted(path)
    checkNotEmptied(path)
    createPrivately(path)
    narrowModes(path)
    const opened = openExisting(path)
    database = opened
    // Each of these may meet a peer's lock, the first question too: it reads the schema.
    patiently(busyMs, () => setUp(opened, { path, checkpoints }))
    return opened
  } catch (error) {
    database?.close()
    throw errorOf(problemOf(error, path), { cause: error })
  }
}

/** The file as it stands, for who may not write there: nothing of it is made, narrowed or brought up to date. */
export function openToRead({ path, busyMs }: Pick<OpenOptions, 'path' | 'busyMs'>): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    checkNotPlanted(path)
    checkNotEmptied(path)
    const opened = openExisting(path, hasWal(path) ? 'mode=ro' : 'mode=ro&immutable=1')
    database = opened
    patiently(busyMs, () => migrate(opened, path))
    return opened
  } catch (error) {
    database?.close()
    throw errorOf(problemOf(error, path), { cause: error })
  }
}

/** Without one SQLite would have to make it, even to read; with one somebody may be writing. */
function hasWal(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** True where this person may not write at all, however long they wait: of the error with which opening failed. */
export function isClosedToUs({ cause }: StateUnwritableError): boolean {
  const result = sqliteResult(cause)
  return (
    result === SQLITE_READONLY || result === SQLITE_CANTOPEN || codeOf(cause) === 'EACCES' || codeOf(cause) === 'EROFS'
  )
}

function setUp(database: DatabaseSync, { path, checkpoints }: Omit<OpenOptions, 'busyMs'>): void {
  demandSqlite(String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']), path)
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode !== 'wal') {
    throw new StateUnwritableError(path, phrase('no-wal-here', { mode: String(mode) }))
  }
  // NORMAL: a commit survives the death of the process (the kernel has it), not of the machine. What must survive
  // that too is written with FULL (group-commit.ts). On macOS only fullfsync reaches the disk.
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = 8388608')
  if (checkpoints === 'by-hand') database.exec('PRAGMA wal_autocheckpoint = 0')
  migrate(database, path)
}

/** A pipe would be waited for without end; a link that somebody else has laid leads where we must not write. */
function checkNotPlanted(path: string): void {
  const link = lstatSync(path, { throwIfNoEntry: false })
  const us = process.geteuid?.()
  if (link?.isSymbolicLink() && us !== undefined && link.uid !== us && link.uid !== 0) {
    const owner = phrase('user-with-id', { id: link.uid })
    throw new StateFileError('planted', { file: path, detail: phrase('link-of-other', { owner }) })
  }
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isFile() || found.isDirectory()) return
  const met = phrase(found.isFIFO() ? 'a-pipe' : found.isSocket() ? 'a-socket' : 'a-device')
  throw new StateFileError('planted', { file: path, detail: phrase('not-a-file', { met }) })
}

/** So long does another process have to write the first page of a file that it has just made. */
const FIRST_PAGE_MS = 300

/**
 * Of an empty file SQLite would make a new one without a word. One that was just made is empty too; where nobody has
 * written yet there is no folder of writers, and otherwise (somebody removed the old one) it is empty for a moment.
 */
function checkNotEmptied(path: string): void {
  const isFilled = (): boolean =>
    statSync(path, { throwIfNoEntry: false })?.size !== 0 ||
    (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
  if (isFilled() || !statSync(`${path}-writers`, { throwIfNoEntry: false })) return
  if (!waitUntil(isFilled, FIRST_PAGE_MS)) {
    throw new StateFileError('corrupt', { file: path, detail: phrase('state-emptied') })
  }
}

/** SQLite may not create it: a name that is missing is an error, not a file with the umask's mode. Waits for no lock. */
export function openExisting(path: string, how = 'mode=rw'): DatabaseSync {
  // Loaded by the first who has something to open: many a command finds no state.
  const sqlite = process.getBuiltinModule('node:sqlite')
  return new sqlite.DatabaseSync(new URL(`${pathToFileURL(path).href}?${how}`), { timeout: 0 })
}

/**
 * Makes an empty file, 0600, where there is none. It comes into being under another name and gets its own by link(2):
 * close(2) drops the locks that this process holds on the file (POSIX), and so it must be behind us before any other
 * thread can have opened the file.
 */
export function createPrivately(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) return
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const unborn = `${path}-new-${process.pid}-${process.hrtime.bigint()}`
  closeSync(openSync(unborn, 'wx', 0o600))
  try {
    linkSync(unborn, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') createWithoutLink(path)
  } finally {
    rmSync(unborn, { force: true })
  }
}

/** A file system without hard links (exFAT): there the instant between open and close is accepted. */
function createWithoutLink(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** A file that others may read (an old backup put back) is narrowed; -wal and -shm get its mode from SQLite. */
function narrowModes(path: string): void {
  if (process.platform === 'win32') return
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode
    if (mode === undefined || (mode & 0o077) === 0) continue
    try {
      chmodSync(file, mode & 0o700)
    } catch {
      // Not ours to narrow (another owner's): whether it can be used shows next.
    }
  }
}

/** WAL with several writers loses data before 3.51.3 (sqlite.org/wal.html, the WAL-reset bug). */
export function demandSqlite(version: string, path: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major * 1_000_000 + minor * 1_000 + patch >= 3_051_003) return
  throw new StateFileError('sqlite-too-old', {
    file: path,
    detail: phrase('sqlite-too-old', { version }),
  })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
