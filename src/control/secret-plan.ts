/** What a move of the secrets would write into models.json, and whether it came out as it went in. */
import { entryOf, homeOf, STORE } from '../accounts/secret-home.ts'
import type { Vault } from '../accounts/vault.ts'
import { valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { ownerIn } from '../config/profiles.ts'
import { secretsIn, type FoundSecret } from '../config/secret-slots.ts'
import type { Profile } from '../core/credential.ts'
import type { Edit } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { isSecretHome, type SecretHome } from '../core/settings.ts'

export interface StoreWish {
  readonly to: SecretHome
  /** `another` = of `encrypted` alone: all is sealed anew under one that is typed for it. */
  readonly passphrase?: 'same' | 'another'
}

interface Plan {
  /** All secrets, wherever they stand now. */
  readonly before: readonly FoundSecret[]
  readonly moved: readonly FoundSecret[]
  /** Those that openclaw.json holds. */
  readonly lifted: readonly FoundSecret[]
  /** To models.json. */
  readonly edits: readonly Edit[]
}

/** Throws where a secret cannot be opened, KeysWanted among others. */
export function planned(
  wish: StoreWish,
  { upper, lower }: { readonly upper: unknown; readonly lower: unknown },
  vault: Vault,
): Plan {
  const { to, passphrase = 'same' } = wish
  const lifted = liftedFrom(upper, to)
  const before = [...secretsIn(lower).filter(({ path }) => !lifted.some((each) => isAt(each, path))), ...lifted]
  const moved = before.filter(({ text }) => !isThere(text, wish))
  const beside = before.map(({ text }) => text)
  // All of them, before a new key is made for any.
  const opened = moved.map((secret) => ({ secret, clear: vault.unsealNow(secret.text, secret) }))
  const moves = opened.map(({ secret, clear }): Edit => {
    const value = to === 'file' ? clear.reveal() : vault.sealNow(clear, secret, { home: to, beside, passphrase })
    if (!vault.unsealNow(value, secret).isSame(clear)) throw lost(secret)
    return { kind: 'set', path: secret.path, value }
  })
  const isDone = moves.length === 0 && storeIn(lower) === to
  return { before, moved, lifted, edits: isDone ? [] : [...moves, { kind: 'set', path: STORE, value: to }] }
}

function isThere(text: string, { to, passphrase }: StoreWish): boolean {
  return homeOf(text) === to && passphrase !== 'another'
}

/** What is written out in openclaw.json moves along. */
export function liftedFrom(upper: unknown, to: SecretHome): readonly FoundSecret[] {
  return to === 'file' ? [] : secretsIn(upper).filter(({ text }) => homeOf(text) === 'file')
}

/** Logins with tokens that are not where they are to be. */
export function tokensToMove(wish: StoreWish, values: unknown): readonly Pick<Profile, 'id' | 'provider'>[] {
  const tokens = secretsIn(values).filter(({ slot, text }) => slot !== 'apiKey' && !isThere(text, wish))
  return [...new Set(tokens.map(({ profile }) => profile))].map((profile) => ownerIn(values, profile))
}

/** What stands in the file now, against what stood there before. */
export function demandSame(
  before: readonly FoundSecret[],
  { written, there }: { readonly written: unknown; readonly there: unknown },
  vault: Vault,
): void {
  for (const secret of before) {
    const now = valueAt(there, secret.path)
    if (now !== valueAt(written, secret.path)) continue // signed in anew since
    const was = vault.unsealNow(secret.text, secret)
    if (typeof now !== 'string' || !vault.unsealNow(now, secret).isSame(was)) throw lost(secret)
  }
}

function lost({ path }: FoundSecret): OpenClawError {
  return new OpenClawError('internal', { detail: `${formatPath(path)} did not come out as it went in` })
}

/** Of the keychain. */
export function entriesIn(secrets: readonly FoundSecret[]): readonly string[] {
  return secrets.flatMap(({ text }) => entryOf(text) ?? [])
}

export function storeIn(values: unknown): SecretHome | undefined {
  const said = valueAt(values, STORE)
  return isSecretHome(said) ? said : undefined
}

function isAt(secret: FoundSecret, path: readonly string[]): boolean {
  return secret.path.join('\n') === path.join('\n')
}
