/** A login whose newest pair waits in another process's memory: it is left where that process will look for it. */
import { noteOf } from '../accounts/token-notes.ts'
import { secretMark } from '../accounts/tokens.ts'
import { storedCredential } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import type { Profile } from '../core/credential.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import type { CredentialOpener, State } from '../core/ports.ts'
import { valuesOf } from '../stores/files/file-values.ts'

export interface MidRefreshMeans {
  readonly modelsJson: SettingsFile
  readonly state: Pick<State, 'notes'>
  /** For secrets that are kept sealed. */
  readonly opener?: CredentialOpener
}

/** Asked under the login's lease. Throws `login-fixed`, with the command that helps. */
export async function refuseMidRefresh(
  profile: Pick<Profile, 'id' | 'provider'>,
  { modelsJson, state: { notes }, opener }: MidRefreshMeans,
  command = 'openclaw models auth status',
): Promise<void> {
  const written = storedCredential((await valuesOf(modelsJson)) as RawSettings, profile)
  const stored = written && opener ? await opener.open(written, profile.id) : written
  if (stored?.kind !== 'oauth' || stored.refreshToken === undefined) return
  if ((await noteOf(notes, secretMark(stored.refreshToken)))?.state !== 'spent') return
  throw new OpenClawError('login-fixed', { profile: profile.id, why: phrase('login-being-renewed'), command })
}
