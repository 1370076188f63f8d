/** Which file stands at a path, asked before it is trusted. At once: a command would wait 2 ms for the thread pool. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { phrase, type Said } from '../../core/phrase.ts'
import { FileError, systemCode } from './file-errors.ts'

/**
 * The file's own path, behind all links, whether it exists or not. A person may link a settings file to another place;
 * a link laid by somebody else is not followed.
 */
export function behindLinks(path: string): string {
  let target = resolve(path)
  for (let hops = 0; hops < 40; hops++) {
    const folder = realFolder(dirname(target))
    target = join(folder, basename(target))
    const stats = ifPresent(() => lstatSync(target))
    if (!stats?.isSymbolicLink()) return target
    if (!isOurs(stats) && !isRoots(stats)) {
      throw new FileError('not-ours', target, phrase('link-of-other', { owner: ownerOf(stats) }))
    }
    target = resolve(folder, readlinkSync(target))
  }
  throw new FileError('not-a-file', path, phrase('link-circle'))
}

/** Throws a FileError unless we may put another file in this one's place; a missing one is fine. */
export function checkReplaceable(target: string): void {
  const stats = ifPresent(() => lstatSync(target))
  if (stats === undefined) return
  checkIsFile(target, stats)
  if (!isOurs(stats)) throw new FileError('not-ours', target, phrase('file-of-other', { owner: ownerOf(stats) }))
}

/**
 * Undefined: there is no such file. Never waits for a pipe's other end. A file of root's may be read; a link that somebody
 * else laid is not followed, not even to a file of ours.
 */
export function readOwnFile(path: string): Uint8Array | undefined {
  const opened = ifPresent(() => openOwn(path))
  if (opened === undefined) return undefined
  try {
    const stats = fstatSync(opened)
    checkIsFile(path, stats)
    if (!isOurs(stats) && !isRoots(stats)) {
      throw new FileError('not-ours', path, phrase('file-of-other', { owner: ownerOf(stats) }))
    }
    return readFileSync(opened)
  } finally {
    closeSync(opened)
  }
}

function openOwn(path: string): number {
  const target = behindLinks(path)
  try {
    // Windows has no O_NONBLOCK.
    return openSync(target, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (systemCode(error) !== 'ENXIO') throw error
    throw new FileError('not-a-file', path, phrase('not-a-file', { met: phrase('a-socket') }))
  }
}

/** True on systems that know no owners. */
export function isOurs(stats: Stats): boolean {
  const us = process.geteuid?.()
  return us === undefined || stats.uid === us
}

/** Of folders that do not exist yet, those above them are followed. */
function realFolder(folder: string): string {
  const real = ifPresent(() => realpathSync.native(folder))
  if (real !== undefined || dirname(folder) === folder) return real ?? folder
  return join(realFolder(dirname(folder)), basename(folder))
}

function ifPresent<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isRoots(stats: Stats): boolean {
  return stats.uid === 0
}

function ownerOf(stats: Stats): Said {
  return isRoots(stats) ? 'root' : phrase('user-with-id', { id: stats.uid })
}

function checkIsFile(path: string, stats: Stats): void {
  if (stats.isFile()) return
  throw new FileError('not-a-file', path, phrase('not-a-file', { met: kindOf(stats) }))
}

function kindOf(stats: Stats): Said {
  if (stats.isDirectory()) return phrase('a-folder')
  if (stats.isFIFO()) return phrase('a-pipe')
  if (stats.isSocket()) return phrase('a-socket')
  if (stats.isSymbolicLink()) return phrase('a-link')
  return phrase('a-device')
}
