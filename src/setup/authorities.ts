/** The file of `gateway.ca`, read; or the problem that people are told of. */
import { stat } from 'node:fs/promises'
import { OpenClawError } from '../core/errors.ts'
import type { Authorities } from '../core/network.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Settings } from '../core/settings.ts'
import { FileError, systemCode } from '../stores/files/file-errors.ts'
import { readOwnFile } from '../stores/files/own-file.ts'
import { readAuthorities } from '../net/authorities.ts'
import { fileOfPerson } from './paths.ts'

export interface LoadedAuthorities {
  readonly ca?: Authorities
  readonly problem?: OpenClawError
}

export interface AuthoritiesWish {
  readonly setting: Settings['network']['ca']
  readonly openclawJson: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What this process read before: stays in use while the same file is missing or broken. */
  readonly before: Authorities | undefined
}

const MOST_MIB = 4

/** Never rejects: without its extra authorities openclaw still reaches all that needs none. */
export async function loadAuthorities(wish: AuthoritiesWish): Promise<LoadedAuthorities> {
  const { setting, before } = wish
  if (!setting) return {}
  if ('variable' in setting) {
    const { variable } = setting
    return { problem: new OpenClawError('unset-variable', { provider: 'gateway.ca', variable }) }
  }
  const file = fileOfPerson(setting.path, wish)
  const read = await readFrom(file)
  if (read.kind === 'ok') return { ca: { file, certificates: read.certificates } }
  const kept = before?.file === file ? before : undefined
  const problem = new OpenClawError('ca-unusable', { file, detail: read.reason, ...(kept && { kept: true }) })
  return { ...(kept && { ca: kept }), problem }
}

async function readFrom(file: string): Promise<ReturnType<typeof readAuthorities>> {
  const broken = (reason: Said) => ({ kind: 'broken', reason }) as const
  try {
    const { size } = await stat(file)
    if (size > MOST_MIB * 1_048_576) return broken(phrase('file-too-large', { mib: MOST_MIB }))
    const bytes = readOwnFile(file)
    return bytes ? readAuthorities(Buffer.from(bytes).toString('latin1')) : broken(phrase('file-missing'))
  } catch (error) {
    if (error instanceof FileError) return broken(error.reason)
    const code = systemCode(error)
    return broken(
      code === 'ENOENT' ? phrase('file-missing') : phrase('file-unreadable', { code: code ?? String(error) }),
    )
  }
}
