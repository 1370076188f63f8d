/** state.db as an earlier version has written it, kept beside it before it is changed. */
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

/**
 * Whole and readable at once: it appears under its name when it is written. One of several processes that do this at
 * the same time may come after the change; its copy is thrown away. Throws what SQLite or the disk says, and then
 * nothing has been changed.
 */
export function backUp(database: DatabaseSync, path: string, version: number): void {
  const unborn = `${path}-copy-${process.pid}-${process.hrtime.bigint()}`
  try {
    // SQLite fills an empty file, which is ours alone from its first instant.
    closeSync(openSync(unborn, 'wx', 0o600))
    database.prepare('VACUUM INTO ?').run(unborn)
    const sqlite = process.getBuiltinModule('node:sqlite')
    const copy = new sqlite.DatabaseSync(unborn, { readOnly: true })
    const copied = Number(copy.prepare('PRAGMA user_version').get()?.['user_version'])
    copy.close()
    if (copied === version) renameSync(unborn, `${path}.v${version}.bak`)
  } finally {
    rmSync(unborn, { force: true })
  }
}
