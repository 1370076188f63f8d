/** An outside plugin's files, read once: the bytes that are checked are the bytes that run. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { phrase, type Said } from '../core/phrase.ts'

export interface PluginFiles {
  /** By path within the folder, `/` between its parts. */
  readonly bytes: ReadonlyMap<string, Buffer>
  /** Hex; what `sha256sum` says of its own list of these files, sorted by path. */
  readonly sha256: string
}

export type ReadPluginFiles =
  | ({ readonly kind: 'ok' } & PluginFiles)
  /** Somebody else may have put them there, or may change them. */
  | { readonly kind: 'unsafe'; readonly file: string; readonly reason: Said; readonly isWritable: boolean }

const MOST_FILES = 500
const MOST_MIB = 16

/**
 * Every file below the folder but those whose name (or a folder's on the way) begins with a dot: they are neither hashed
 * nor can they be imported. Nothing is read before its owner, mode and kind are known.
 */
export function readPluginFiles(folder: string): ReadPluginFiles {
  try {
    const root = attempt(folder, () => realpathSync(folder))
    checkFolders(root)
    const bytes = new Map<string, Buffer>()
    for (const path of filesBelow(root)) {
      if (bytes.size === MOST_FILES) throw new Unsafe(folder, phrase('too-many-files', { most: MOST_FILES }))
      bytes.set(relative(root, path).split(sep).join('/'), readChecked(path, root))
      const total = [...bytes.values()].reduce((sum, { length }) => sum + length, 0)
      if (total > MOST_MIB * 1_048_576) throw new Unsafe(folder, phrase('too-many-bytes', { mib: MOST_MIB }))
    }
    return { kind: 'ok', bytes, sha256: hashOf(bytes) }
  } catch (error) {
    if (!(error instanceof Unsafe)) throw error
    const { file, reason, isWritable } = error
    return { kind: 'unsafe', file, reason, isWritable }
  }
}

class Unsafe extends Error {
  readonly file: string
  readonly reason: Said
  readonly isWritable: boolean

  constructor(file: string, reason: Said, isWritable = false) {
    super(`${file}: ${String(reason)}`)
    this.file = file
    this.reason = reason
    this.isWritable = isWritable
  }
}

/** Whoever may write to a folder above can put another one in this one's place; a sticky one (/tmp) keeps what is ours. */
function checkFolders(root: string): void {
  for (let folder = root; ; folder = dirname(folder)) {
    const stats = attempt(folder, () => lstatSync(folder))
    const isSticky = (stats.mode & 0o1000) !== 0 && folder !== root
    checkOwnerAndMode(folder, stats, isSticky)
    if (dirname(folder) === folder) return
  }
}

function* filesBelow(folder: string): Generator<string> {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    if (/\p{Cc}/u.test(entry.name)) throw new Unsafe(folder, phrase('file-name-with-control'))
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) {
      yield path
      continue
    }
    checkOwnerAndMode(
      path,
      attempt(path, () => lstatSync(path)),
    )
    yield* filesBelow(path)
  }
}

function readChecked(path: string, root: string): Buffer {
  const target = attempt(path, () => realpathSync(path))
  if (!target.startsWith(root + sep)) throw new Unsafe(path, phrase('link-leaves', { target }))
  // Opened first and asked then: what was asked about is what is read. Windows has neither flag, nor these links.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = attempt(path, () => openSync(target, flags))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw new Unsafe(path, kindOf(stats))
    checkOwnerAndMode(path, stats)
    if (stats.nlink > 1) throw new Unsafe(path, phrase('hard-linked', { names: stats.nlink }))
    if (stats.size > MOST_MIB * 1_048_576) throw new Unsafe(path, phrase('too-many-bytes', { mib: MOST_MIB }))
    return attempt(path, () => readFileSync(file))
  } finally {
    closeSync(file)
  }
}

/** Ours or root's, and nobody else writes to it. Windows knows neither. */
function checkOwnerAndMode(path: string, { uid, mode }: Stats, isSticky = false): void {
  const us = process.geteuid?.()
  if (us === undefined) return
  if (uid !== us && uid !== 0) {
    throw new Unsafe(path, phrase('file-of-other', { owner: phrase('user-with-id', { id: uid }) }))
  }
  if ((mode & 0o002) !== 0 && !isSticky) throw new Unsafe(path, phrase('writable-by-all'), true)
}

function kindOf(stats: Stats): Said {
  if (stats.isDirectory()) return phrase('link-to-folder')
  if (stats.isFIFO()) return phrase('not-a-file', { met: phrase('a-pipe') })
  return phrase('not-a-file', { met: phrase(stats.isSocket() ? 'a-socket' : 'a-device') })
}

function attempt<Result>(path: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    // Opening a socket, say.
    if (code === 'ENXIO') throw new Unsafe(path, phrase('not-a-file', { met: phrase('a-socket') }))
    throw new Unsafe(path, phrase('file-unreadable', { code }))
  }
}

function hashOf(files: ReadonlyMap<string, Buffer>): string {
  const lines = [...files]
    .toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`)
  return sha256(lines.join(''))
}

function sha256(data: string | Buffer): string {
  // Asked for where there is an outside plugin: node:crypto costs a command 4 ms.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(data).digest('hex')
}
