/**
 * A writer's mark: the proof that the process that wrote an `open` row still lives.
 *
 * A row left open by a process that died must become `unknown`, one of a living process never: not when its clock
 * jumps, not when it was stopped for a day or the machine slept, not when it lives in another container on the same
 * folder. So neither a heartbeat nor a pid can tell. A lock of the kernel can: each writer makes a file
 * `state.db-writers/<id>` and holds SQLite's exclusive lock on it for as long as its process lives; when that ends,
 * however it ends, the kernel lets go. Whoever can lock the file, or finds none, knows that the writer is dead. A
 * file goes only by its own writer's hand, or by one that holds its lock.
 */
import { mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { createPrivately, openExisting } from './open.ts'
import { patiently } from './patience.ts'

export interface WriterMark {
  readonly id: string
  release(): void
}

/** Throws when the file cannot be made: then no row may be left open in this name. */
export function takeMark(statePath: string, id: string): WriterMark {
  const file = join(folderOf(statePath), id)
  mkdirSync(folderOf(statePath), { recursive: true, mode: 0o700 })
  for (;;) {
    createPrivately(file)
    const lock = lockOn(file, 1_000)
    // One who looked before we had the lock may have removed the file just then.
    if (lock && exists(file)) return { id, release: () => dissolve(file, lock) }
    lock?.close()
  }
}

/** Removes the mark of a writer that is found dead. */
export function writerLives(statePath: string, id: string): boolean {
  const file = join(folderOf(statePath), id)
  if (!exists(file)) return false
  try {
    const lock = lockOn(file, 0)
    if (lock) dissolve(file, lock)
    return false
  } catch {
    // Locked, most likely; where it cannot be told (no right to look), alive is the safe answer.
    return exists(file)
  }
}

export function markedWriters(statePath: string): readonly string[] {
  return exists(folderOf(statePath)) ? readdirSync(folderOf(statePath)) : []
}

function folderOf(statePath: string): string {
  return `${statePath}-writers`
}

/** Undefined: it was removed between two looks. Throws BUSY while another holds it. */
function lockOn(file: string, busyMs: number): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined
  try {
    lock = openExisting(file)
    const opened = lock
    // A journal in memory: the lock leaves no file beside.
    patiently(busyMs, () => opened.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'))
    return lock
  } catch (error) {
    lock?.close()
    if (!exists(file)) return undefined
    throw error
  }
}

function dissolve(file: string, lock: DatabaseSync): void {
  tryUnlink(file)
  lock.close()
  // Windows removes no file that is open.
  if (process.platform === 'win32') tryUnlink(file)
}

function tryUnlink(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // A file that stays is an unlocked one: it says "dead", which is true.
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined
}
