/** Credentials as models.json carries them: read and swapped under the file's lease. */
import type { Credential } from '../core/credential.ts'
import type { SettingsFile } from '../core/edit.ts'
import type { CredentialStore, StoredCredential } from '../core/ports.ts'
import { credentialEdits, storedCredential } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { markOf } from './tokens.ts'

export function fileCredentialStore(file: SettingsFile): CredentialStore {
  const stored = (text: string | undefined, profile: string): StoredCredential | undefined => {
    const values = text === undefined ? undefined : (parseJson5(text) as RawSettings)
    const credential = storedCredential(values, owner(profile))
    return credential && { credential, mark: credentialMark(credential) }
  }
  return {
    async read(profile) {
      return stored((await file.read())?.text, profile)
    },
    async compareAndSwap(profile, expectedMark, next) {
      let current: StoredCredential | undefined
      let matches = false
      await file.edit(({ text }) => {
        current = stored(text, profile)
        matches = current?.mark === expectedMark
        return matches ? credentialEdits(owner(profile), next) : []
      })
      return matches ? { kind: 'saved' } : { kind: 'changed', current }
    },
  }
}

/** Equal marks = the same secrets. */
export function credentialMark(credential: Credential): string {
  switch (credential.kind) {
    case 'none':
      return 'none'
    case 'api-key':
      return markOf(credential.apiKey)
    case 'oauth':
      return markOf(`${credential.accessToken}\n${credential.refreshToken ?? ''}`)
  }
}

function owner(profile: string): { id: string; provider: string } {
  return { id: profile, provider: profile.slice(0, profile.indexOf(':')) }
}
