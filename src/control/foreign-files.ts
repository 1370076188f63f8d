/** The files in which other programs keep their logins, read and left as they are. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fromAuthProfiles, fromProxyLogin, type ForeignLogins } from '../config/foreign-logins.ts'
import { isPlain } from '../config/merge.ts'
import { OpenClawError } from '../core/errors.ts'
import type { OutsideLogin } from '../core/outside-login.ts'
import { phrase } from '../core/phrase.ts'
import { reasonOf } from '../core/said-error.ts'
import { Secret } from '../core/secret.ts'
import { readOwnFile } from '../stores/files/own-file.ts'

export interface ForeignFile extends ForeignLogins {
  readonly file: string
}

/** Programs that keep logins of more than one provider, with what they may be called by. */
export const PROGRAMS = ['openclaw', 'cliproxyapi'] as const
export type Program = (typeof PROGRAMS)[number]

/** No such file is larger. */
const LARGEST_BYTES = 1_048_576

/** `path` = a file of the program, or its folder. */
export async function foreignFiles(program: Program, path: string): Promise<readonly ForeignFile[]> {
  const { inFolder, read } = READERS[program]
  const stats = await stat(path).catch(() => undefined)
  if (!stats) throw new OpenClawError('file-unusable', { file: path, detail: phrase('file-missing') })
  const files = stats.isDirectory() ? await inFolder(path) : [path]
  if (files.length === 0) throw new OpenClawError('file-unusable', { file: path, detail: phrase('no-login-in-it') })
  return Promise.all(files.map(async (file) => ({ file, ...read(basename(file), await valueIn(file)) })))
}

/** The file of a login that another program keeps for one provider. */
export async function lentFile(outside: OutsideLogin, provider: string, file: string): Promise<ForeignFile> {
  const value = await valueIn(file)
  const members = isPlain(value) ? value : {}
  const pair = outside.read(members)
  if (!pair) return { file, logins: [], left: [{ name: basename(file), reason: phrase('no-login-in-it') }] }
  const credential = {
    kind: 'oauth' as const,
    accessToken: new Secret(pair.accessToken),
    refreshToken: new Secret(pair.refreshToken),
    expiresAt: pair.expiresAt,
  }
  const name = `${provider}:${outside.id}-copy`
  return { file, logins: [{ name, provider, credential, addressBy: (find) => find(members) }], left: [] }
}

interface Reader {
  readonly inFolder: (folder: string) => Promise<readonly string[]>
  readonly read: (name: string, value: unknown) => ForeignLogins
}

const READERS: Readonly<Record<Program, Reader>> = {
  openclaw: { inFolder: originalStores, read: (_name, value) => fromAuthProfiles(value) },
  cliproxyapi: { inFolder: jsonFiles, read: fromProxyLogin },
}

/** One an agent, below the original's state folder. */
async function originalStores(folder: string): Promise<readonly string[]> {
  const agents = await readdir(join(folder, 'agents')).catch(() => [])
  const stores = agents.map((agent) => join(folder, 'agents', agent, 'agent', 'auth-profiles.json'))
  return present([...stores, join(folder, 'auth-profiles.json')])
}

async function jsonFiles(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  return present(names.toSorted().map((name) => join(folder, name)))
}

async function present(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined)
      return stats?.isFile() ? [path] : []
    }),
  )
  return found.flat()
}

/** Undefined where it is no JSON. */
async function valueIn(file: string): Promise<unknown> {
  const text = await textOf(file)
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no login in it, then
  }
}

async function textOf(file: string): Promise<string> {
  const stats = await stat(file).catch(() => undefined)
  if (!stats) throw new OpenClawError('file-unusable', { file, detail: phrase('file-missing') })
  if (stats.size > LARGEST_BYTES) {
    throw new OpenClawError('file-unusable', { file, detail: phrase('file-too-large', { mib: 1 }) })
  }
  try {
    return Buffer.from(readOwnFile(file) ?? []).toString('utf8')
  } catch (error) {
    throw new OpenClawError('file-unusable', { file, detail: reasonOf(error) }, { cause: error })
  }
}
