/** Replaces a file in one step: a reader, or a crash, meets the old text or the new one, whole. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import * as node from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { phrase } from '../../core/phrase.ts'
import { FileError, ifPresent } from './file-errors.ts'
import { behindLinks, checkReplaceable, isOurs } from './own-file.ts'

/** The calls that change something on disk. */
export type FileSystem = Pick<typeof node, 'open' | 'rename' | 'unlink' | 'mkdir'>

export interface AtomicWrite {
  /** The new file's mode, whatever the old one's was. */
  readonly mode?: number
  /** When it was changed last, as the new file says. */
  readonly mtime?: Date
  /** The last word: when it says false, the old file stays. */
  readonly beforeRename?: () => Promise<boolean>
  readonly fileSystem?: FileSystem
}

/**
 * Resolves once the text is on disk; with false, when `beforeRename` said no. A link is followed, so that the person's
 * link stays. A missing folder is made, for the owner alone. Throws a FileError; then the old file is as it was, unless
 * only the folder could not be flushed any more.
 */
export async function writeAtomic(path: string, text: string, options: AtomicWrite = {}): Promise<boolean> {
  const target = behindLinks(path)
  checkReplaceable(target)
  try {
    return await replace(target, text, options)
  } catch (cause) {
    if (cause instanceof FileError) throw cause
    // Node names the call and our temporary file, which is gone by now.
    const reason = cause instanceof Error ? cause.message.replace(/, \w+ '.*$/s, '') : String(cause)
    throw new FileError('not-written', path, phrase('not-written', { reason }), { cause })
  }
}

/** Ours, and what state.db is made from, or copied to, before it gets its name. */
const temporaryName = /^(?:\.openclaw-[0-9a-f]{24}\.tmp|state\.db-(?:new|copy)-\d+-\d+)$/
const dayMs = 86_400_000

/** Removes the temporary files that a crash left in the folder, once they are a day old; returns their paths. */
export async function sweepTemporaries(folder: string, now = new Date()): Promise<readonly string[]> {
  const removed: string[] = []
  for (const name of (await ifPresent(node.readdir(folder))) ?? []) {
    if (!temporaryName.test(name)) continue
    const path = join(folder, name)
    const stats = await ifPresent(node.lstat(path))
    if (!stats?.isFile() || !isOurs(stats) || now.getTime() - stats.mtimeMs < dayMs) continue
    await ifPresent(node.unlink(path))
    removed.push(path)
  }
  return removed
}

async function replace(target: string, text: string, options: AtomicWrite): Promise<boolean> {
  const { mode = 0o600, mtime, beforeRename, fileSystem = node } = options
  const folder = dirname(target)
  const made = await fileSystem.mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.openclaw-${randomBytes(12).toString('hex')}.tmp`)
  try {
    await writeNew(temporary, text, { mode, fileSystem, ...(mtime && { mtime }) })
    if (beforeRename !== undefined && !(await beforeRename())) {
      await fileSystem.unlink(temporary)
      return false
    }
    await fileSystem.rename(temporary, target)
  } catch (error) {
    // What went wrong first is what matters; a temporary file that cannot be removed now is swept another day.
    await fileSystem.unlink(temporary).catch(() => {})
    throw error
  }
  await flushFolder(folder, fileSystem)
  if (made !== undefined) await flushFolder(dirname(made), fileSystem)
  return true
}

interface NewFile {
  readonly mode: number
  readonly mtime?: Date
  readonly fileSystem: FileSystem
}

/** For the owner alone from its first instant; a file or link that somebody laid under this name is not touched. */
async function writeNew(path: string, text: string, { mode, mtime, fileSystem }: NewFile): Promise<void> {
  // Windows has no O_NOFOLLOW.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
  const handle = await fileSystem.open(path, flags, 0o600)
  try {
    await handle.writeFile(text)
    await handle.chmod(mode)
    if (mtime) await handle.utimes(mtime, mtime)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A renamed file survives a power cut once its folder is on disk. Windows cannot open folders, nor needs to. */
async function flushFolder(folder: string, fileSystem: FileSystem): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fileSystem.open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
