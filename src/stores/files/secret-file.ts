/** A secret in a file of its own: read, made at the first asking, replaced. */
import { randomBytes } from 'node:crypto'
import { chmod, link, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Secret } from '../../core/secret.ts'
import { writeAtomic } from './atomic-write.ts'
import { FileError, ifPresent, systemCode } from './file-errors.ts'
import { readOwnFile } from './own-file.ts'

const BYTES = 32

/** Undefined = there is none yet. Throws a FileError when it belongs to somebody else. */
export async function readSecret(path: string): Promise<Secret | undefined> {
  const bytes = readOwnFile(path)
  const text = bytes && Buffer.from(bytes).toString('utf8').trim()
  return text ? new Secret(text) : undefined
}

/** Undefined = it is not there. */
export async function secretWrittenAt(path: string): Promise<Date | undefined> {
  return (await ifPresent(stat(path)))?.mtime
}

/** 32 random bytes as base64url, mode 0600. Two processes that make it at once end with the same one. */
export async function readOrMakeSecret(path: string): Promise<Secret> {
  const present = await readSecret(path)
  if (present !== undefined) {
    await narrowMode(path)
    return present
  }
  const secret = new Secret(randomBytes(BYTES).toString('base64url'))
  // A name that is swept, should a crash leave it.
  const made = join(dirname(path), `.openclaw-${randomBytes(12).toString('hex')}.tmp`)
  await writeAtomic(made, `${secret.reveal()}\n`).catch((error: unknown) => {
    throw error instanceof FileError ? new FileError(error.kind, path, error.reason, { cause: error }) : error
  })
  try {
    await link(made, path)
    return secret
  } catch (error) {
    // Another process was first, and its secret counts; or there is an empty file, or a disk without hard links.
    const theirs = systemCode(error) === 'EEXIST' ? await readSecret(path) : undefined
    if (theirs !== undefined) return theirs
    await writeAtomic(path, `${secret.reveal()}\n`)
    return (await readSecret(path)) ?? secret
  } finally {
    await unlink(made)
  }
}

/** Another one in its place, whatever stood there. */
export async function replaceSecret(path: string): Promise<Secret> {
  const secret = new Secret(randomBytes(BYTES).toString('base64url'))
  await writeAtomic(path, `${secret.reveal()}\n`)
  return secret
}

/** A backup put back, say, may be readable for everybody. */
async function narrowMode(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) await chmod(path, mode & 0o700).catch(() => undefined) // root's file may be read, not changed
}
