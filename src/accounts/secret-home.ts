/** Where the secrets of logins are kept, as the two settings files have it. */
import { valueAt } from '../config/merge.ts'
import { secretsIn } from '../config/secret-slots.ts'
import { readSealed, type SealingKey } from '../core/sealed.ts'
import { isSecretHome, type SecretHome } from '../core/settings.ts'

export const STORE = ['auth', 'store'] as const

/**
 * What `auth.store` says, openclaw.json before models.json. What nobody says is read off models.json: where sealed
 * secrets stand, no other is put beside them in clear.
 */
export function homeIn({ upper, lower }: { readonly upper: unknown; readonly lower: unknown }): SecretHome {
  const said = [upper, lower].map((values) => valueAt(values, STORE)).find(isSecretHome)
  return (
    said ??
    secretsIn(lower)
      .map(({ text }) => homeOf(text))
      .find((home) => home !== 'file') ??
    'file'
  )
}

/** How one text is kept. */
export function homeOf(text: string): SecretHome {
  const key = readSealed(text)?.key
  if (!key) return 'file'
  return key.kind === 'keychain' ? 'keychain' : 'encrypted'
}

/** The keychain's entry that a text needs to be opened. */
export function entryOf(text: string): string | undefined {
  const key: SealingKey | undefined = readSealed(text)?.key
  return key?.kind === 'keychain' ? key.entry : undefined
}
