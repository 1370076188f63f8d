/** The acts `models auth store`: where the secrets of logins are kept, and their move from one place to another. */
import { sealOldCopies } from '../accounts/old-copies.ts'
import { entryOf, homeIn, homeOf, STORE } from '../accounts/secret-home.ts'
import type { Vault } from '../accounts/vault.ts'
import { valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { holdsPassword } from '../config/proxy.ts'
import { secretsIn, type FoundSecret } from '../config/secret-slots.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { reasonOf } from '../core/said-error.ts'
import { isSecretHome, type SecretHome } from '../core/settings.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { Keychain } from '../system/keychain.ts'
import type { SecretStore, SecretsMoved } from './contract.ts'

export interface SecretStoreMeans {
  readonly openclawJson: SettingsFile
  /** Seals what is written into it. */
  readonly modelsJson: SettingsFile
  readonly vault: Vault
  readonly keychain: () => Promise<Keychain>
  readonly gatewayRuns: () => Promise<boolean>
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

/**
 * The new place is written and read back before the old one is emptied, all in one replacement of models.json; a crash
 * leaves the one or the other, and what is asked again goes on from there. Throws what keeps the new place from being used.
 */
export async function* moveSecrets(to: SecretHome, means: SecretStoreMeans): AsyncGenerator<never, SecretsMoved> {
  const { openclawJson, modelsJson, vault } = means
  const upper = await valuesOf(openclawJson)
  const lifted = to === 'file' ? [] : secretsIn(upper).filter(({ text }) => homeOf(text) === 'file')
  // It lies over models.json: whoever saves from now on does it in the new way.
  if (storeIn(upper) !== undefined) await openclawJson.edit(() => [{ kind: 'set', path: STORE, value: to }])

  let before: readonly FoundSecret[] = []
  const { after } = await modelsJson.edit(({ text }) => {
    const values = parseJson5(text)
    before = [...secretsIn(values).filter(({ path }) => !lifted.some((each) => isAt(each, path))), ...lifted]
    const beside = before.map((secret) => secret.text)
    const moves = before
      .filter((secret) => homeOf(secret.text) !== to)
      .map((secret): Edit => ({ kind: 'set', path: secret.path, value: kept(secret, { to, vault, beside }) }))
    return moves.length === 0 && storeIn(values) === to ? [] : [...moves, { kind: 'set', path: STORE, value: to }]
  })
  const there = await valuesOf(modelsJson)
  const moved = before.filter(({ text }) => homeOf(text) !== to)
  demandSame(moved, { written: parseJson5(after), there }, vault)
  if (lifted.length > 0) await openclawJson.edit(() => lifted.map(({ path }) => ({ kind: 'unset', path })))

  await sealOldCopies(means, vault)
  for (const entry of entriesLeft(before, there)) await vault.forget(entry)
  return {
    store: to,
    moved: moved.length,
    passwords: passwordsIn(await valuesOf(openclawJson)),
    gatewayRuns: await means.gatewayRuns(),
    files: [modelsJson.path, ...(lifted.length > 0 ? [openclawJson.path] : [])],
  }
}

interface Moving {
  readonly to: SecretHome
  readonly vault: Vault
  readonly beside: readonly string[]
}

/** How a secret stands in models.json from now on; what was sealed has been opened again by then. */
function kept(secret: FoundSecret, { to, vault, beside }: Moving): string {
  const opened = vault.unsealNow(secret.text, secret)
  if (to === 'file') return opened.reveal()
  const sealed = vault.sealNow(opened, secret, { home: to, beside })
  if (!vault.unsealNow(sealed, secret).isSame(opened)) throw lost(secret)
  return sealed
}

/** What stands in the file now, against what stood there before. */
function demandSame(
  before: readonly FoundSecret[],
  { written, there }: { readonly written: unknown; readonly there: unknown },
  vault: Vault,
): void {
  for (const secret of before) {
    const now = valueAt(there, secret.path)
    if (now !== valueAt(written, secret.path)) continue // renewed since, by another process
    const was = vault.unsealNow(secret.text, secret)
    if (typeof now !== 'string' || !vault.unsealNow(now, secret).isSame(was)) throw lost(secret)
  }
}

function lost({ path }: FoundSecret): OpenClawError {
  return new OpenClawError('internal', { detail: `${formatPath(path)} did not come out as it went in` })
}

function entriesLeft(before: readonly FoundSecret[], values: unknown): ReadonlySet<string> {
  const entries = (secrets: readonly FoundSecret[]): readonly string[] =>
    secrets.flatMap(({ text }) => entryOf(text) ?? [])
  const inUse = entries(secretsIn(values))
  return new Set(entries(before).filter((entry) => !inUse.includes(entry)))
}

function isAt(secret: FoundSecret, path: readonly string[]): boolean {
  return secret.path.join('\n') === path.join('\n')
}

function storeIn(values: unknown): SecretHome | undefined {
  const said = valueAt(values, STORE)
  return isSecretHome(said) ? said : undefined
}

/** Proxies' passwords are part of an address, which is not sealed. */
function passwordsIn(values: unknown): readonly string[] {
  const providers = valueAt(values, ['models', 'providers'])
  const paths = [
    ['gateway', 'proxy'],
    ...Object.keys(Object(providers)).map((id) => ['models', 'providers', id, 'proxy']),
  ]
  return paths.flatMap((path) => {
    const written = valueAt(values, path)
    return typeof written === 'string' && holdsPassword(written) ? [formatPath(path)] : []
  })
}

async function valuesOf(file: SettingsFile): Promise<unknown> {
  const text = (await file.read())?.text ?? ''
  return text.trim() === '' ? undefined : parseJson5(text)
}

async function usability(keychain: Keychain): Promise<SecretStore['keychain']> {
  try {
    await keychain.get('none')
    return { usable: true }
  } catch (error) {
    return { usable: false, reason: reasonOf(error) }
  }
}
