/** The act `models auth store <place>`: the secrets of logins move from one place to another. */
import { withKeys } from '../accounts/keys-wanted.ts'
import { checkOldCopies, sealOldCopies } from '../accounts/old-copies.ts'
import { refreshLease } from '../accounts/refresh.ts'
import { STORE } from '../accounts/secret-home.ts'
import type { Vault } from '../accounts/vault.ts'
import { merged, valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { holdsPassword } from '../config/proxy.ts'
import { secretsIn, type FoundSecret } from '../config/secret-slots.ts'
import type { Edit, Lock, SettingsFile } from '../core/edit.ts'
import type { State } from '../core/ports.ts'
import type { SecretHome } from '../core/settings.ts'
import { valuesOf } from '../stores/files/file-values.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { withEdit } from '../stores/files/json5-value.ts'
import type { SecretsMoved } from './contract.ts'
import { refuseMidRefresh } from './mid-refresh.ts'
import { demandSame, entriesIn, liftedFrom, planned, storeIn, tokensToMove, type StoreWish } from './secret-plan.ts'

export interface SecretMoveMeans {
  readonly openclawJson: SettingsFile
  /** Seals what is written into it. */
  readonly modelsJson: SettingsFile
  readonly vault: Vault
  /** That of the renewals. */
  readonly lock: Lock
  readonly state: Pick<State, 'notes'>
  readonly gatewayRuns: () => Promise<boolean>
}

/** How often a person may change a key of openclaw.json under our hands. */
const MOST_ROUNDS = 5

/**
 * All that may fail is tried before a file is touched. The new place is written and read back before the old one is
 * emptied, all in one replacement of models.json; a crash leaves the one or the other, and what is asked again goes on from
 * there. Throws what keeps the new place from being used, or `login-fixed` for a login whose newest pair is not in the file.
 */
export async function* moveSecrets(wish: StoreWish, means: SecretMoveMeans): AsyncGenerator<never, SecretsMoved> {
  const { openclawJson, modelsJson, vault } = means
  /** Entries of the keychain that are in use, or were about to be. */
  const entries = new Set<string>()
  const paths = new Set<string>()
  let isLifted = false
  try {
    // Here somebody may have to type: no login waits for that, and what they change meanwhile counts.
    await rehearse(wish, means, entries)
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const done = await withKeys(vault, () => moveOnce(wish, means))
      for (const { path } of done.moved) paths.add(formatPath(path))
      for (const entry of entriesIn(done.before)) entries.add(entry)
      isLifted ||= done.lifted > 0
      if (!done.isChanged) break
    }
    await sealOldCopies(means, vault)
  } finally {
    await forgetUnused(entries, means)
  }
  return {
    store: wish.to,
    moved: paths.size,
    passwords: passwordsIn(await valuesOf(openclawJson)),
    gatewayRuns: await means.gatewayRuns(),
    files: [modelsJson.path, ...(isLifted ? [openclawJson.path] : [])],
  }
}

/** Throws whatever the move would throw; nothing is changed. `entries` gets those of the keychain that would be used. */
async function rehearse(wish: StoreWish, means: SecretMoveMeans, entries: Set<string>): Promise<void> {
  const { to } = wish
  const { openclawJson, modelsJson, vault } = means
  const upper = await valuesOf(openclawJson)
  const above = [...storeEdits(upper, to), ...unsetEdits(liftedFrom(upper, to))]
  // First without a key: none is made, and nobody is asked, for files that cannot be written.
  if (above.length > 0) await openclawJson.rehearse(() => above)
  await modelsJson.rehearse(() => [])
  if (to !== 'file') checkOldCopies(means)
  await modelsJson.rehearse(({ text }) => {
    const { edits } = planned(wish, { upper, lower: parseJson5(text) }, vault)
    for (const entry of entriesIn(secretsIn(edits.reduce<unknown>(withEdit, {})))) entries.add(entry)
    return edits
  })
}

interface Done {
  readonly before: readonly FoundSecret[]
  readonly moved: readonly FoundSecret[]
  /** Of openclaw.json. */
  readonly lifted: number
  /** A person changed a key in openclaw.json while we were at it: theirs is to be moved yet. */
  readonly isChanged: boolean
}

/** While it lasts no login is renewed: the pair would come into a file whose key that process does not have. */
async function moveOnce(wish: StoreWish, means: SecretMoveMeans): Promise<Done> {
  const { to } = wish
  const { openclawJson, modelsJson, vault, lock, state } = means
  const profiles = tokensToMove(wish, merged(await valuesOf(modelsJson), await valuesOf(openclawJson)))
  return whileHeld(profiles.map(refreshLease), lock, async () => {
    // A key that is not at hand is fetched without the leases.
    const opener = { open: async (...sealed: Parameters<Vault['openNow']>) => vault.openNow(...sealed) }
    for (const profile of profiles) await refuseMidRefresh(profile, { modelsJson, state, opener })
    const upper = await valuesOf(openclawJson)
    let plan = planned(wish, { upper, lower: await valuesOf(modelsJson) }, vault)
    const { after } = await switchedAbove(to, { upper, openclawJson, modelsJson }, () =>
      modelsJson.edit(({ text }) => (plan = planned(wish, { upper, lower: parseJson5(text) }, vault)).edits),
    )
    demandSame(plan.moved, { written: parseJson5(after), there: await valuesOf(modelsJson) }, vault)
    const { before, moved, lifted } = plan
    return { before, moved, lifted: lifted.length, isChanged: await emptyAbove(lifted, openclawJson) }
  })
}

/** In one order, so that two who take several never wait for each other. */
function whileHeld<T>(keys: readonly string[], lock: Lock, work: () => Promise<T>): Promise<T> {
  const [key, ...more] = [...new Set(keys)].toSorted()
  return key === undefined ? work() : lock(key, () => whileHeld(more, lock, work))
}

/** It lies over models.json: whoever saves from now on does it in the new way. Taken back where the work changes nothing. */
async function switchedAbove<T>(
  to: SecretHome,
  {
    upper,
    openclawJson,
    modelsJson,
  }: Pick<SecretMoveMeans, 'openclawJson' | 'modelsJson'> & { readonly upper: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const said = storeIn(upper)
  if (said === undefined || said === to) return work()
  const before = (await modelsJson.read())?.hash
  try {
    await openclawJson.edit(() => storeEdits(upper, to))
    return await work()
  } catch (error) {
    const takeBack = async (): Promise<void> => {
      if ((await modelsJson.read())?.hash !== before) return
      await openclawJson.edit(({ text }) =>
        storeIn(parseJson5(text)) === to ? [{ kind: 'set', path: STORE, value: said }] : [],
      )
    }
    await takeBack().catch(() => undefined) // what went wrong first is what is told
    throw error
  }
}

function unsetEdits(secrets: readonly FoundSecret[]): readonly Edit[] {
  return secrets.map(({ path }) => ({ kind: 'unset', path }))
}

/** What a person wrote there meanwhile stays; true = something did. */
async function emptyAbove(lifted: readonly FoundSecret[], openclawJson: SettingsFile): Promise<boolean> {
  if (lifted.length === 0) return false
  let isChanged = false
  await openclawJson.edit(({ text }) => {
    const values = parseJson5(text)
    const same = lifted.filter((secret) => valueAt(values, secret.path) === secret.text)
    isChanged = lifted.some((secret) => valueAt(values, secret.path) !== undefined && !same.includes(secret))
    return unsetEdits(same)
  })
  return isChanged
}

/** Keys that nothing is sealed with. One that cannot be removed now lies there for nothing. */
async function forgetUnused(entries: ReadonlySet<string>, means: SecretMoveMeans): Promise<void> {
  if (entries.size === 0) return
  const { openclawJson, modelsJson, vault } = means
  const values = await Promise.all([openclawJson, modelsJson].map(valuesOf)).catch(() => undefined)
  if (values === undefined) return // it cannot be told
  const inUse = entriesIn(values.flatMap(secretsIn))
  for (const entry of entries) if (!inUse.includes(entry)) await vault.forget(entry).catch(() => undefined)
}

/** Where the file says another place. */
function storeEdits(values: unknown, to: SecretHome): readonly Edit[] {
  const said = storeIn(values)
  return said === undefined || said === to ? [] : [{ kind: 'set', path: STORE, value: to }]
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
