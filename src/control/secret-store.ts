/** The act `models auth store` without a word: where the secrets of logins are kept. */
import { homeIn, homeOf } from '../accounts/secret-home.ts'
import { formatPath } from '../config/path.ts'
import { secretsIn } from '../config/secret-slots.ts'
import type { SettingsFile } from '../core/edit.ts'
import { reasonOf } from '../core/said-error.ts'
import type { SecretHome } from '../core/settings.ts'
import { valuesOf } from '../stores/files/file-values.ts'
import type { Keychain } from '../system/keychain.ts'
import type { SecretStore } from './contract.ts'

export interface SecretStoreMeans {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly keychain: () => Promise<Keychain>
}

/** Opens nothing. */
export async function* secretStore({
  openclawJson,
  modelsJson,
  keychain,
}: SecretStoreMeans): AsyncGenerator<never, SecretStore> {
  const [upper, lower] = [await valuesOf(openclawJson), await valuesOf(modelsJson)]
  const homes = secretsIn(lower).map(({ text }) => homeOf(text))
  const count = (wanted: SecretHome): number => homes.filter((home) => home === wanted).length
  return {
    store: homeIn({ upper, lower }),
    secrets: { file: count('file'), keychain: count('keychain'), encrypted: count('encrypted') },
    elsewhere: secretsIn(upper)
      .filter(({ text }) => homeOf(text) === 'file')
      .map(({ path }) => formatPath(path)),
    keychain: await usability(await keychain()),
  }
}

async function usability(keychain: Keychain): Promise<SecretStore['keychain']> {
  try {
    await keychain.get('none')
    return { usable: true }
  } catch (error) {
    return { usable: false, reason: reasonOf(error) }
  }
}
