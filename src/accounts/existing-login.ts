/** Logins of other programs that nobody uses here yet. */
import { existsSync } from 'node:fs'
import type { OutsideLogin } from '../core/outside-login.ts'
import type { Clock } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { Seen } from './outside-file.ts'
import { outsidePath } from './outside-path.ts'

export interface ExistingLogin {
  readonly provider: string
  /** The program that keeps it. */
  readonly program: string
  readonly file: string
  readonly expiresAt: string
}

export interface OutsideSurroundings {
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A login of the provider that another program keeps on this machine, and that nobody uses here; undefined = there is none. */
export async function existingLogin(
  provider: Provider,
  { settings }: Setup,
  surroundings: OutsideSurroundings,
): Promise<ExistingLogin | undefined> {
  const login = provider.definition?.outside
  const uses = [...settings.profiles.values()].some(
    (profile) => profile.provider === provider.id && profile.outside?.id === login?.id,
  )
  if (!login || uses) return undefined
  // As most find it, before anything is loaded for it.
  if (!existsSync(outsidePath(login, {}, surroundings.environment))) return undefined
  const { file, seen } = await lookOutside(login, surroundings)
  if (seen.kind !== 'pair') return undefined
  const expiresAt = seen.credential.expiresAt.toISOString()
  return { provider: provider.id, program: login.program, file, expiresAt }
}

export async function lookOutside(
  login: OutsideLogin,
  { clock, environment }: OutsideSurroundings,
): Promise<{ readonly file: string; readonly seen: Seen }> {
  const file = outsidePath(login, {}, environment)
  const { openOutsideFile } = await import('./outside-file.ts')
  return { file, seen: await openOutsideFile(login, file, clock).lookNow() }
}
