/** The tables of state.db, as steps that are applied once each. */
import type { DatabaseSync } from 'node:sqlite'
import { phrase } from '../../core/phrase.ts'
import { backUp } from './backup.ts'
import { SQLITE_ERROR, sqliteResult, StateFileError } from './errors.ts'

/**
 * `PRAGMA user_version` = how many were applied. A step that shipped is never changed; a new one is added.
 *
 * Random keys make a dirty page a row, which is what group commit pays for, so there is none: a finished attempt is
 * found by (started_at, attempt_id), one that is not settled by a partial index that holds only its like.
 *
 * A step may find its work done: a running gateway of the version before writes its own number back when it looks
 * whether writing works.
 */
const STEPS: readonly (string | ((database: DatabaseSync) => void))[] = [
  `
  CREATE TABLE attempts (
    started_at INTEGER NOT NULL,            -- times are milliseconds since 1970, UTC
    attempt_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    profile TEXT,
    agent TEXT,
    ended_at INTEGER,
    first_event_ms INTEGER,
    outcome TEXT NOT NULL,
    verdict TEXT,
    failure TEXT,
    status INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    reasoning_tokens INTEGER,
    account TEXT,                           -- whose days were counted, NULL = nothing was reserved
    days TEXT,                              -- the days that were counted, blanks between
    refunded INTEGER NOT NULL DEFAULT 0,
    writer TEXT,                            -- who vouches for an open row (writer-mark.ts)
    UNIQUE (started_at, attempt_id)
  ) STRICT;
  CREATE INDEX attempts_unsettled ON attempts (attempt_id) WHERE outcome IN ('open', 'unknown');

  CREATE TABLE counts (
    day TEXT NOT NULL,
    account TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (day, account)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE leases (
    key TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,                 -- never falls: the row stays when the lease ends
    holder TEXT,                            -- NULL = released
    expires_at INTEGER NOT NULL,
    note TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rests (
    key TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    provider TEXT NOT NULL,
    profile TEXT,
    model TEXT,
    kind TEXT NOT NULL,
    evidence TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  (database) => {
    database.exec(`
      CREATE TABLE IF NOT EXISTS gateway_tokens (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        scope TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,            -- sha256 of the whole token, which itself is nowhere
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`)
    // The name of the issued token that asked, NULL = the owner.
    const known = database.prepare("SELECT 1 FROM pragma_table_info('attempts') WHERE name = 'caller'").get()
    if (!known) database.exec('ALTER TABLE attempts ADD COLUMN caller TEXT')
  },
  (database) => {
    const known = database.prepare("SELECT 1 FROM pragma_table_info('rests') WHERE name = 'probe_at'").get()
    if (known) return
    database.exec(`
      ALTER TABLE rests ADD COLUMN probe_at INTEGER;            -- NULL = not before its end
      ALTER TABLE rests ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0`)
  },
  (database) => {
    database.exec(`
      CREATE TABLE IF NOT EXISTS stories (
        started_at INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        model TEXT NOT NULL,                    -- as the caller named it
        agent TEXT NOT NULL,
        caller TEXT,                            -- as in attempts
        outcome TEXT NOT NULL,
        reason TEXT,
        status INTEGER,
        met TEXT NOT NULL                       -- JSON: a list of texts
      ) STRICT;
      CREATE INDEX IF NOT EXISTS stories_by_time ON stories (started_at)`)
    const known = database.prepare("SELECT 1 FROM pragma_table_info('attempts') WHERE name = 'evidence'").get()
    if (!known) database.exec('ALTER TABLE attempts ADD COLUMN evidence TEXT')
  },
  `
  CREATE TABLE IF NOT EXISTS answers (
    owner TEXT NOT NULL,                    -- the id of the token that asked
    id TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,                 -- of input and answer
    items TEXT NOT NULL,                    -- their ids, a blank before and after each
    input BLOB NOT NULL,
    answer BLOB NOT NULL,
    UNIQUE (owner, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS answers_by_time ON answers (kept_at, bytes);
  `,
]

export const LATEST_VERSION = STEPS.length

/**
 * Brings the tables up to date; refuses a file that a later openclaw has written. What an earlier one has written is
 * copied to `<path>.v<its version>.bak` first.
 */
export function migrate(database: DatabaseSync, path: string): void {
  const found = versionOf(database, path)
  if (found === STEPS.length) return
  if (found > 0) backUp(database, path, found)
  database.exec('BEGIN IMMEDIATE')
  try {
    // Again, under the lock: another process may have done it meanwhile.
    for (const step of STEPS.slice(versionOf(database, path))) {
      if (typeof step === 'string') database.exec(step)
      else step(database)
    }
    database.exec(`PRAGMA user_version = ${STEPS.length}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    // Its number says that a table is missing which is there, or the other way round.
    if (sqliteResult(error) !== SQLITE_ERROR) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new StateFileError('corrupt', { file: path, detail }, { cause: error })
  }
}

/** A write that changes nothing, to learn whether writing works: the number stays another version's, if it is that. */
export function rewriteVersion(database: DatabaseSync): void {
  database.exec(`PRAGMA user_version = ${userVersion(database)}`)
}

function versionOf(database: DatabaseSync, path: string): number {
  const version = userVersion(database)
  if (version <= STEPS.length) return version
  throw new StateFileError('too-new', {
    file: path,
    detail: phrase('state-too-new', { version, known: STEPS.length }),
  })
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
