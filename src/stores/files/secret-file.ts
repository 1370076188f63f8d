/** A secret in a file of its own: read, or made at the first asking. */
import { randomBytes } from 'node:crypto'
import { link, readFile, unlink } from 'node:fs/promises'
import { writeAtomic } from './atomic-write.ts'

const BYTES = 32

/** Undefined = there is none yet. */
export async function readSecret(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim()
    return secret === '' ? undefined : secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** 32 random bytes as base64url, mode 0600. Two processes that make it at once end with the same one. */
export async function readOrMakeSecret(path: string): Promise<string> {
  const present = await readSecret(path)
  if (present !== undefined) return present
  const made = `${path}.${randomBytes(6).toString('hex')}`
  await writeAtomic(made, `${randomBytes(BYTES).toString('base64url')}\n`)
  try {
    await link(made, path)
  } catch (error) {
    // Another process was first: its secret counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(made)
  }
  return (await readSecret(path)) ?? readOrMakeSecret(path)
}
