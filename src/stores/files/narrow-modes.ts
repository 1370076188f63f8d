/** A state folder that others may look into, or write, is made the owner's alone. */
import { chmod, lstat } from 'node:fs/promises'
import type { StatePaths } from '../../core/setup.ts'
import { ifPresent } from './file-errors.ts'
import { isOurs } from './own-file.ts'

export interface Narrowed {
  readonly file: string
  /** As it was, in octal: `644`. */
  readonly mode: string
}

/** What others may do with a folder that all may write to and nobody may take from (/tmp). */
const STICKY = 0o1000

/**
 * Others may not write into the folder, and have no part in our files; openclaw.json may be meant for their eyes and is
 * left alone. What belongs to somebody else, and links, are left to those who open them.
 */
export async function narrowModes(paths: StatePaths): Promise<readonly Narrowed[]> {
  if (process.platform === 'win32') return []
  const { folder, modelsJson, stateDb, gatewayToken, gatewayLog } = paths
  const files = [modelsJson, `${modelsJson}.bak`, stateDb, `${stateDb}-wal`, `${stateDb}-shm`, gatewayToken, gatewayLog]
  const narrowed = [await narrow(folder, 0o022), ...(await Promise.all(files.map((file) => narrow(file, 0o077))))]
  return narrowed.flatMap((each) => each ?? [])
}

async function narrow(file: string, forbidden: number): Promise<Narrowed | undefined> {
  const stats = await ifPresent(lstat(file))
  if (!stats || stats.isSymbolicLink() || !isOurs(stats)) return undefined
  if ((stats.mode & forbidden) === 0 || (stats.isDirectory() && (stats.mode & STICKY) !== 0)) return undefined
  await chmod(file, stats.mode & 0o777 & ~forbidden)
  return { file, mode: (stats.mode & 0o777).toString(8) }
}
