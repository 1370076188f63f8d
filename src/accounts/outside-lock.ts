/** Another program's lock beside its login, taken as a folder: one of us or of them renews at a time. */
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { OutsideLock } from '../core/outside-login.ts'
import type { Clock, Random } from '../core/ports.ts'
import { ifPresent, inWordsAt, systemCode } from '../stores/files/file-errors.ts'
import { isOurs } from '../stores/files/own-file.ts'

export interface HeldFolder {
  /** False once somebody took it away, as they do with one that nobody has touched for long. */
  stillOurs(): Promise<boolean>
  /** Takes away our own folder, and nobody else's. */
  release(): Promise<void>
}

export type Taken =
  | {
      readonly kind: 'held'
      readonly held: HeldFolder
      /** When something in the folder around it was made or taken away, before our lock was: on the file system's clock. */
      readonly touchedMs: number
    }
  /** Somebody else had it all the time. */
  | { readonly kind: 'busy' }
  /** What it was wanted for has been done by somebody else. */
  | { readonly kind: 'not-wanted' }

export interface LockMeans {
  readonly clock: Clock
  readonly random: Random
}

export interface LockWish {
  /** As `clock.monotonicMs` has it. */
  readonly untilMs: number
  /** Ends the waiting as `busy`. */
  readonly signal: AbortSignal
  /** Asked before each further try, and before an abandoned one is taken away. */
  readonly isWanted: () => Promise<boolean>
}

export interface FolderLock {
  readonly path: string
  /** Rejects with a SaidError where no lock can be made at all (a folder that takes no files, say). */
  take(wish: LockWish): Promise<Taken>
  /** Takes away what the other program leaves of abandoned locks, once it is a day old. Never rejects. */
  sweep(): Promise<void>
}

interface Met {
  readonly ino: bigint
  readonly isFolder: boolean
}

const DAY_MS = 86_400_000

/**
 * A folder, where the other program makes a file: its `O_EXCL` finds it taken all the same, and the blind `unlink` of its
 * processes that end does nothing to it. `file` = the login's.
 */
export function openFolderLock(rules: OutsideLock, file: string, { clock, random }: LockMeans): FolderLock {
  const folder = dirname(file)
  const path = join(folder, rules.file)
  /** Somebody else's, and since when it has not changed: a clock on the wall that was set back makes none of them old. */
  let seen = { mark: '', sinceMs: 0 }

  const made = async (): Promise<{ readonly touchedMs: number } | undefined> => {
    const { mtimeMs } = await stat(folder)
    try {
      await mkdir(path, 0o700)
      return { touchedMs: mtimeMs }
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return undefined
      throw error
    }
  }

  /** Of one that is abandoned: enough to know it again. */
  const abandoned = async (): Promise<Met | undefined> => {
    const stats = await ifPresent(lstat(path, { bigint: true }))
    if (!stats) return undefined
    const mark = `${stats.ino} ${stats.mtimeNs}`
    if (mark !== seen.mark) seen = { mark, sinceMs: clock.monotonicMs() }
    const ageMs = clock.now().getTime() - Number(stats.mtimeNs / 1_000_000n)
    const isOld = ageMs > rules.abandonedMs || clock.monotonicMs() - seen.sinceMs > rules.abandonedMs
    return isOld ? { ino: stats.ino, isFolder: stats.isDirectory() } : undefined
  }

  /** By its rename: of two who want to, one succeeds. False = it may not be taken away from where it is. */
  const takenAway = async ({ ino, isFolder }: Met): Promise<boolean> => {
    const aside = `${path}.stale.${random.uuid()}`
    try {
      await rename(path, aside)
    } catch (error) {
      return systemCode(error) === 'ENOENT' // somebody else did
    }
    const { ino: met } = await lstat(aside, { bigint: true })
    // Somebody was faster, and this is a new one: it goes back to its place.
    if (met !== ino) await rename(aside, path).catch(() => undefined)
    else await (isFolder ? rmdir(aside) : unlink(aside)).catch(() => undefined) // the sweep sees to it another day
    return true
  }

  const take = async ({ untilMs, signal, isWanted }: LockWish): Promise<Taken> => {
    for (;;) {
      const found = await made()
      const held = found && (await ifPresent(hold(path, rules, clock)))
      if (held) return { kind: 'held', held, ...found }
      if (!(await isWanted())) return { kind: 'not-wanted' }
      const old = await abandoned()
      if (old && (await isWanted()) && (await takenAway(old))) continue
      if (signal.aborted || clock.monotonicMs() >= untilMs) return { kind: 'busy' }
      await clock.sleep(rules.pollMs, signal).catch(() => undefined) // seen at the next turn
    }
  }

  return {
    path,
    take: (wish) => take(wish).catch((error: unknown) => Promise.reject(inWordsAt(path, error))),
    async sweep() {
      const prefix = `${basename(path)}.stale.`
      const names = await readdir(folder).catch(() => [])
      for (const name of names.filter((each) => each.startsWith(prefix))) {
        const leftover = join(folder, name)
        try {
          const stats = await lstat(leftover)
          if (!isOurs(stats) || clock.now().getTime() - stats.mtimeMs < DAY_MS) continue
          await (stats.isDirectory() ? rmdir(leftover) : unlink(leftover))
        } catch {
          // Somebody else swept it, or put something into it: it is in nobody's way.
        }
      }
    },
  }
}

/** The folder is known by its handle: while that is open, no other one can have its number. */
async function hold(path: string, { touchMs }: OutsideLock, clock: Clock): Promise<HeldFolder> {
  const handle = await open(path, constants.O_RDONLY)
  const { dev, ino } = await handle.stat({ bigint: true })
  const touching = setInterval(() => void touch(handle, clock), touchMs)
  touching.unref()

  const stillOurs = async (): Promise<boolean> => {
    const stats = await stat(path, { bigint: true }).catch(() => undefined)
    return stats?.ino === ino && stats.dev === dev
  }
  return {
    stillOurs,
    async release() {
      clearInterval(touching)
      if (await stillOurs()) await rmdir(path).catch(() => undefined) // whoever comes finds it abandoned
      await handle.close()
    },
  }
}

async function touch(handle: FileHandle, clock: Clock): Promise<void> {
  await handle.utimes(clock.now(), clock.now()).catch(() => undefined) // the next look tells whether it is still ours
}
