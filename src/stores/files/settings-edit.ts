/** An edit of a settings file: under its lock, to the byte, saved in one step, anew where the file changed meanwhile. */
import * as node from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Edit, EditOutcome, FileText, Held, Lock, OwnTexts } from '../../core/edit.ts'
import { phrase } from '../../core/phrase.ts'
import { sweepTemporaries, writeAtomic, type FileSystem } from './atomic-write.ts'
import { FileError } from './file-errors.ts'
import { applyEdits } from './json5-edit.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'
import { behindLinks, checkReplaceable } from './own-file.ts'
import { fileText, textAt } from './file-text.ts'

export interface EditMeans {
  readonly lock: Lock
  readonly ours: OwnTexts
  readonly fileSystem?: FileSystem
}

/** What it promises stands at `settingsFile`. */
export function editFile(path: string, change: Change, means: EditMeans): Promise<EditOutcome> {
  return locked(path, means, (target, held) => editAt({ path, target, change }, held))
}

/** Throws what an edit would throw, and what its disk would say; nothing is changed. */
export function rehearseFile(path: string, change: Change, means: EditMeans): Promise<void> {
  return locked(path, means, async (target, { fileSystem }) => {
    checkReplaceable(target)
    const { text } = edited({ path, target, change }, textAt(target) ?? fileText(''))
    await writeAtomic(target, text, { beforeRename: () => Promise.resolve(false), fileSystem })
  })
}

async function locked<T>(
  path: string,
  { lock, ours, fileSystem = node }: EditMeans,
  work: (target: string, means: Means) => Promise<T>,
): Promise<T> {
  const target = behindLinks(path)
  return lock(`file:${target}`, async (held) => {
    await sweepOnce(dirname(target))
    return work(target, { ours, fileSystem, held })
  })
}

type Change = (current: FileText) => readonly Edit[]

interface EditOrder {
  readonly path: string
  readonly target: string
  readonly change: Change
}

interface Means {
  readonly ours: OwnTexts
  readonly fileSystem: FileSystem
  readonly held: Held
}

/** How often we begin anew because an editor, which takes no lock, saved the file meanwhile. */
const redoLimit = 5

async function editAt(order: EditOrder, means: Means): Promise<EditOutcome> {
  const { path, target } = order
  checkReplaceable(target)
  let backup: string | undefined
  for (let round = 0; round <= redoLimit; round++) {
    const found = await settledAt(target)
    const after = edited(order, found ?? fileText(''))
    if (!after.changed) return { before: found?.text, after: after.text, hash: after.hash, changed: false }
    if (found !== undefined) backup = (await keepForeign(found, order, means)) ?? backup
    const unchanged = async (): Promise<boolean> => {
      await checkStillOurs(order, means)
      return textAt(target)?.hash === found?.hash
    }
    const written = await writeAtomic(target, after.text, { beforeRename: unchanged, fileSystem: means.fileSystem })
    if (!written) continue
    await rememberOurs(target, after.hash, means.ours)
    return {
      before: found?.text,
      after: after.text,
      hash: after.hash,
      changed: true,
      ...(backup !== undefined && { backup }),
      ...(round > 0 && { contested: true as const }),
    }
  }
  throw new FileError('kept-changing', path, phrase('kept-changing'))
}

/** How often, and after how many ms, an empty file is looked at again. */
const LOOKS = 5
const LOOK_MS = 40

/** An editor that empties a file before it writes should have written: what we put in its place would be lost, or its text. */
async function settledAt(target: string): Promise<FileText | undefined> {
  for (let look = 0; ; look += 1) {
    const found = textAt(target)
    if (found?.text.trim() !== '' || look === LOOKS) return found
    await sleep(LOOK_MS)
  }
}

function edited({ path, change }: EditOrder, current: FileText): FileText & { readonly changed: boolean } {
  try {
    const text = applyEdits(current.text, change(current))
    if (text === current.text) return { ...current, changed: false }
    return { ...fileText(text), changed: true }
  } catch (error) {
    throw error instanceof Json5SyntaxError ? error.inFile(path) : error
  }
}

/** Where it was kept; undefined = the text was ours. */
async function keepForeign(found: FileText, { path, target }: EditOrder, means: Means): Promise<string | undefined> {
  // An emptied file holds nothing worth keeping; what .bak has may be just what was lost.
  if (found.text.trim() === '') return undefined
  if (found.hash === (await means.ours.lastHash(target))) return undefined
  const beforeRename = async (): Promise<boolean> => {
    await checkStillOurs({ path }, means)
    return true
  }
  const backup = `${path}.bak`
  await writeAtomic(backup, found.text, { beforeRename, fileSystem: means.fileSystem })
  return backup
}

/** Whoever has the lock now may have read the old text already: ours must not lie under or over theirs. */
async function checkStillOurs({ path }: Pick<EditOrder, 'path'>, { held }: Means): Promise<void> {
  if (await held.stillOurs()) return
  throw new FileError('not-written', path, phrase('stood-still'))
}

/** Folders that this process has swept. */
const swept = new Set<string>()

/**
 * Only what is a day old. Our lock is for one file, while a temporary file does not show whose it is: it may become
 * openclaw.json, a .bak or the gateway's token, written by a process that a sleeping laptop holds back. Until it is
 * swept it lies beside models.json as secret as that: 0600.
 */
async function sweepOnce(folder: string): Promise<void> {
  if (swept.has(folder)) return
  swept.add(folder)
  await sweepTemporaries(folder).catch(() => undefined) // the edit is what was asked for; another process will sweep
}

async function rememberOurs(target: string, hash: string, ours: OwnTexts): Promise<void> {
  try {
    await ours.remember(target, hash)
  } catch {
    // The text is saved, and that is what was asked for. Forgotten, it goes to .bak once as if it were not ours.
  }
}
