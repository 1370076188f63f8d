/** Credentials as models.json carries them: read and swapped under the file's lease, opened where they are sealed. */
import type { Credential } from '../core/credential.ts'
import type { SettingsFile } from '../core/edit.ts'
import { phrase } from '../core/phrase.ts'
import type { CredentialStore, StoredCredential } from '../core/ports.ts'
import { credentialEdits, ownerIn, storedCredential } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import { reasonOf } from '../core/said-error.ts'
import { Secret } from '../core/secret.ts'
import { valuesOf } from '../stores/files/file-values.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { markOf, secretMark } from './tokens.ts'
import type { Vault } from './vault.ts'

/** The vault is loaded by the first who needs a credential from the file. */
export function fileCredentialStore(file: SettingsFile, vaultOf = nothingSealed): CredentialStore {
  return {
    async read(profile) {
      const values = await valuesOf(file)
      const credential = credentialOf(values, ownerIn(values, profile))
      return credential && withMark(await (await vaultOf()).open(credential, profile))
    },
    async ready(profile) {
      let holds = false
      try {
        await file.rehearse(({ text }) => {
          const values = parseJson5(text)
          const owner = ownerIn(values, profile)
          const current = credentialOf(values, owner)
          holds = current !== undefined
          return current ? credentialEdits(owner, withOtherSecrets(current)) : []
        })
      } catch (error) {
        return reasonOf(error)
      }
      return holds ? undefined : phrase('no-tokens-in-file', { file: file.path, profile })
    },
    async compareAndSwap(profile, expectedMark, next) {
      const vault = await vaultOf()
      let current: StoredCredential | undefined
      let matches = false
      await file.edit(({ text }) => {
        const values = parseJson5(text)
        const owner = ownerIn(values, profile)
        const there = credentialOf(values, owner)
        current = there && withMark(vault.openNow(there, profile))
        matches = current?.mark === expectedMark
        return matches ? credentialEdits(owner, next) : []
      })
      return matches ? { kind: 'saved' } : { kind: 'changed', current }
    },
  }
}

type Opening = Pick<Vault, 'open' | 'openNow'>

const nothingSealed = (): Promise<Opening> =>
  Promise.resolve({ open: (credential) => Promise.resolve(credential), openNow: (credential) => credential })

/** A credential is asked for its mark several times a request. */
const marks = new WeakMap<Credential, string>()

/** Equal marks = the same secrets. */
export function credentialMark(credential: Credential): string {
  const known = marks.get(credential)
  if (known !== undefined) return known
  const mark = markAnew(credential)
  marks.set(credential, mark)
  return mark
}

function markAnew(credential: Credential): string {
  switch (credential.kind) {
    case 'none':
      return 'none'
    case 'sealed':
      return `sealed ${markAnew(credential.written)}`
    case 'api-key':
      return secretMark(credential.apiKey)
    case 'oauth':
      return markOf(`${credential.accessToken.reveal()}\n${credential.refreshToken?.reveal() ?? ''}`)
  }
}

type Owner = Parameters<typeof credentialEdits>[0]

function credentialOf(values: unknown, owner: Owner): Credential | undefined {
  return storedCredential(values as RawSettings, owner)
}

function withMark(credential: Credential): StoredCredential {
  return { credential, mark: credentialMark(credential) }
}

/** As long as a real pair, so that the rehearsal edits every place that the save will. */
function withOtherSecrets(credential: Credential): Credential {
  if (credential.kind === 'sealed') return withOtherSecrets(credential.written)
  if (credential.kind !== 'oauth') return credential
  const other = new Secret('x'.repeat(2_000))
  return { kind: 'oauth', accessToken: other, refreshToken: other, expiresAt: new Date(0) }
}
