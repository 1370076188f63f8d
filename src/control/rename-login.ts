/** The act `models auth rename`: a login under another name, with what is counted for it and what names it. */
import { addressNote } from '../accounts/login-files.ts'
import { moveRefreshTime } from '../accounts/refresh-times.ts'
import { refreshLease } from '../accounts/refresh.ts'
import { refuseUnfit } from '../accounts/whose-login.ts'
import { valueAt } from '../config/merge.ts'
import {
  carriesSecrets,
  entryEdits,
  hasEntry,
  noteEdits,
  renameEdits,
  standsIn,
  type ProfileNotes,
} from '../config/profile-edits.ts'
import { carrierOf } from '../config/profiles.ts'
import type { Profile } from '../core/credential.ts'
import type { Edit, FileText, Lock, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { restKey } from '../core/failure.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { CredentialOpener, State } from '../core/ports.ts'
import { defaultProfile, profileIdFrom } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { LoginRenamed } from './contract.ts'
import { profileMeant } from './find-profile.ts'
import { refuseMidRefresh } from './mid-refresh.ts'

export interface RenameWish extends ProfileNotes {
  readonly profile: string
  readonly provider?: string
  /** The new name, or the whole new id; undefined = it keeps its own. */
  readonly name?: string
}

export interface LoginActMeans {
  readonly setup: Setup
  readonly state: Pick<State, 'ledger' | 'cooldowns' | 'notes'>
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly lock: Lock
  /** For secrets that are kept sealed. */
  readonly opener?: CredentialOpener
}

/**
 * Secrets move within models.json, in one write of it, and last. Wherever this process dies, the same command ends what
 * it began. Throws `login-exists`, or `login-fixed` with the reason.
 */
export async function* renameLogin(wish: RenameWish, means: LoginActMeans): AsyncGenerator<never, LoginRenamed> {
  const { setup, openclawJson, modelsJson, lock, state } = means
  const { label, email } = wish
  refuseUnfit({ label, email })
  const profile = profileMeant(wish.profile, setup, wish.provider)
  const to = wish.name === undefined ? profile.id : profileIdFrom(profile.provider, wish.name)
  if (to === undefined) throw new OpenClawError('profile-name', { name: wish.name ?? '' })
  if (to !== profile.id) refuseRename(profile, to, means)
  const notes = { ...(label !== undefined && { label }), ...(email !== undefined && { email }) }
  const changes = changesFor(profile, to, { setup, notes })
  const files = await lock(refreshLease(profile), async () => {
    if (to !== profile.id) await refuseMidRefresh(profile, means)
    await openclawJson.rehearse(changes.upper)
    await modelsJson.rehearse(changes.lower)
    // In this order, so that all of it can be done again.
    const upper = await openclawJson.edit(changes.upper)
    // Before the secrets go: then the old name is there still, for the same command to end what this one began.
    if (to !== profile.id) await carryOver(profile.id, to, state)
    const lower = await modelsJson.edit(changes.lower)
    return [...(lower.changed ? [modelsJson.path] : []), ...(upper.changed ? [openclawJson.path] : [])]
  })
  const after = { label: label ?? profile.label, email: email ?? profile.email }
  return {
    profile: to,
    was: profile.id,
    ...(after.label && { label: after.label }),
    ...(after.email && { email: after.email }),
    changed: files.length > 0,
    files,
  }
}

function refuseRename(profile: Profile, to: string, { setup, openclawJson }: LoginActMeans): void {
  const { upper, lower, settings } = setup
  const { id, provider } = profile
  const renamed = { id: to, provider }
  const fixed = (why: Said, command: string): OpenClawError =>
    new OpenClawError('login-fixed', { profile: id, why, command })
  const anew = `openclaw models auth login --provider ${provider} --profile-id ${to}`
  // An entry without a credential, in openclaw.json alone, is what a rename that was cut short leaves.
  const isTaken = settings.profiles.get(to)?.credential ?? settings.profiles.get(to)?.missing
  if (isTaken || standsIn(lower, renamed)) throw new OpenClawError('login-exists', { profile: to })
  if (profile.variable) throw fixed(phrase('login-in-variable', { variable: profile.variable }), anew)
  if (isDefault(profile) === isDefault(renamed)) return
  if (profile.credential?.kind === 'none') throw fixed(phrase('login-without-secret'), 'openclaw models auth list')
  if (!carriesSecrets(upper, profile)) return
  const path = carrierOf(profile).join('.')
  const { path: file } = openclawJson
  throw fixed(phrase('login-in-settings', { path, file }), `\${EDITOR:-vi} ${file}`)
}

type Change = (current: FileText) => readonly Edit[]

function changesFor(
  profile: Profile,
  to: string,
  { setup, notes }: { readonly setup: Setup; readonly notes: ProfileNotes },
): { readonly upper: Change; readonly lower: Change } {
  const { id, provider, mode } = profile
  const withAddress = addressGoes(profile, to, setup)
  const inUpper = (key: string): boolean => valueAt(setup.upper, ['auth', 'profiles', id, key]) !== undefined
  const notesOf = (isUpper: boolean): ProfileNotes =>
    Object.fromEntries(Object.entries(notes).filter(([key]) => inUpper(key) === isUpper))
  const isBare = ![setup.upper, setup.lower].some((values) => hasEntry(values, profile))
  const renamed = (values: unknown, isUpper: boolean): readonly Edit[] =>
    // An address in openclaw.json is the provider's, whoever signs in.
    to === id ? [] : renameEdits(values, { profile: { id, provider, mode }, to, withAddress: withAddress && !isUpper })
  return {
    upper: ({ text }) => {
      const values = parseJson5(text)
      return values === undefined ? [] : [...renamed(values, true), ...noteEdits(to, notesOf(true))]
    },
    lower: ({ text }) => {
      const noted = noteEdits(to, notesOf(false))
      const needsEntry = isBare && noted.some(({ kind }) => kind === 'set')
      return [
        ...renamed(parseJson5(text), false),
        ...(needsEntry ? entryEdits({ id: to, provider, mode }) : []),
        ...noted,
      ]
    },
  }
}

/** The address of a login that a plugin brings is its own; of an endpoint in the settings it is everybody's. */
function addressGoes({ id, provider }: Profile, to: string, { providers, lower }: Setup): boolean {
  if (!providers.get(provider)?.definition) return false
  const isTaken = valueAt(lower, ['models', 'providers', provider, 'baseUrl']) !== undefined
  return id === defaultProfile(provider) || to !== defaultProfile(provider) || !isTaken
}

/** What is known under the old name. */
async function carryOver(
  from: string,
  to: string,
  { ledger, cooldowns, notes }: LoginActMeans['state'],
): Promise<void> {
  await ledger.renameAccount(from, to)
  const rests = (await cooldowns.list()).filter((rest) => rest.profile === from)
  for (const rest of rests) await cooldowns.put({ ...rest, profile: to })
  const stale = rests.map(restKey).filter((key) => !rests.some((rest) => restKey({ ...rest, profile: to }) === key))
  await cooldowns.clear(stale)
  const address = await notes.get(addressNote(from))
  if (address !== undefined) await notes.put(addressNote(to), address)
  await moveRefreshTime(from, to, notes)
}

function isDefault({ id, provider }: Pick<Profile, 'id' | 'provider'>): boolean {
  return id === defaultProfile(provider)
}
