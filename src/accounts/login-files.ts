/** What a login leaves in both settings files: credential and profile, aliases, the default where it was asked for. */
import { aliasEdits, primaryEdits } from '../config/edits.ts'
import { isPlain, merged, valueAt } from '../config/merge.ts'
import { carriesSecrets, TOKEN_KEYS } from '../config/profile-edits.ts'
import { baseUrlPath, carrierOf, loginEdits, referenceEdits, storedCredential } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import type { Credential, Profile } from '../core/credential.ts'
import type { Edit, FileText, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import type { OutsideReference } from '../core/outside-login.ts'
import type { Notes } from '../core/ports.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { credentialMark } from './credential-store.ts'
import { markOf } from './tokens.ts'
import { hasOwnCredential, isAnothers, ownProfile, refuseAnothers } from './whose-login.ts'

export interface LoginFiles {
  readonly notes: Notes
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

/** A login before its credential is known. */
export interface LoginPlan {
  readonly profile: Pick<Profile, 'id' | 'provider' | 'mode' | 'email' | 'label'>
  readonly definition: ProviderDefinition
  readonly setDefault: boolean
  /** The mark of the base URL that the last login wrote. */
  readonly ownLast: string | undefined
  /** It has a credential of its own, which this login is to replace. */
  readonly isThere: boolean
}

export interface Saved {
  /** What models.json now says of this login's base URL. */
  readonly standing: unknown
  /** The provider's aliases as they now stand: name -> ref. */
  readonly aliases: Readonly<Record<string, string>>
  readonly files: readonly string[]
}

/** `known` = the profiles that stand. Throws `profile-of-other` where the login would go over another account's. */
export async function planLogin(
  plan: Omit<LoginPlan, 'ownLast' | 'isThere'>,
  { notes, known }: Pick<LoginFiles, 'notes'> & { readonly known: ReadonlyMap<string, Profile> },
): Promise<LoginPlan> {
  const standing = known.get(plan.profile.id)
  refuseAnothers(plan.profile, { standing: standing?.email, taken: known.keys() })
  const isThere = standing !== undefined && hasOwnCredential(standing)
  return { ...plan, isThere, ownLast: await notes.get(addressNote(plan.profile.id)) }
}

/** Would both files take it? Throws what stands against it. */
export async function rehearseLogin(
  plan: LoginPlan,
  {
    credential,
    baseUrl,
    lower,
  }: { readonly credential: Credential; readonly baseUrl: string; readonly lower: unknown },
  { modelsJson, openclawJson }: LoginFiles,
): Promise<void> {
  await modelsJson.rehearse(modelsEdits(credential, baseUrl, plan))
  await openclawJson.rehearse(openclawEdits(lower, plan, plan.definition.defaultModel))
}

/** `defaultModel`: an id of the provider's; without one the default stays as it is. */
export async function saveLogin(
  plan: LoginPlan,
  {
    credential,
    baseUrl,
    defaultModel,
  }: { readonly credential: Credential; readonly baseUrl: string; readonly defaultModel?: string },
  { notes, modelsJson, openclawJson }: LoginFiles,
): Promise<Saved> {
  const { profile, definition } = plan
  const models = await modelsJson.edit(modelsEdits(credential, baseUrl, plan))
  const lower = parseJson5(models.after)
  const openclaw = await openclawJson.edit(openclawEdits(lower, plan, defaultModel))
  const place = baseUrlPath(profile)
  const standing = valueAt(lower, place)
  if (standing !== valueAt(parseJson5(models.before ?? ''), place)) {
    await notes.put(addressNote(profile.id), markOf(baseUrl)).catch(() => undefined) // then it counts as the person's
  }
  const values = merged(lower, parseJson5(openclaw.after))
  return {
    standing,
    aliases: aliasesOf(definition, values),
    files: [modelsJson.path, ...(openclaw.changed ? [openclawJson.path] : [])],
  }
}

/**
 * A login that stays in another program's file. `upper` is openclaw.json's value. Throws `login-exists` where the profile has
 * a credential of its own, which the reference would delete or hide.
 */
export async function saveReference(
  plan: LoginPlan,
  {
    reference,
    upper,
    defaultModel,
  }: { readonly reference: OutsideReference; readonly upper: unknown; readonly defaultModel: string },
  { modelsJson, openclawJson }: LoginFiles,
): Promise<Pick<Saved, 'aliases' | 'files'>> {
  const { profile, definition } = plan
  const change: Change = ({ text }) => {
    const entry = ['models', 'providers', profile.provider]
    refuseOwn(profile, parseJson5(text))
    const hasEntry = [upper, parseJson5(text)].some((values) => valueAt(values, entry) !== undefined)
    return referenceEdits(profile, reference, hasEntry)
  }
  const settingsChange =
    (models: unknown): Change =>
    (current) => {
      refuseOwn(profile, parseJson5(current.text))
      return openclawEdits(models, plan, defaultModel)(current)
    }
  // Neither is written where the other one cannot be.
  await modelsJson.rehearse(change)
  await openclawJson.rehearse(settingsChange(undefined))
  const lower = parseJson5((await modelsJson.edit(change)).after)
  const openclaw = await openclawJson.edit(settingsChange(lower))
  return {
    aliases: aliasesOf(definition, merged(lower, parseJson5(openclaw.after))),
    files: [modelsJson.path, ...(openclaw.changed ? [openclawJson.path] : [])],
  }
}

function refuseOwn(profile: Pick<Profile, 'id' | 'provider'>, values: unknown): void {
  if (!carriesSecrets(values, profile)) return
  const command = `openclaw models auth logout ${profile.id}`
  throw new OpenClawError('login-exists', { profile: profile.id, command })
}

function aliasesOf({ aliases }: ProviderDefinition, values: unknown): Saved['aliases'] {
  return Object.fromEntries(
    Object.keys(aliases).map((name) => [name, String(valueAt(values, ['models', 'aliases', name]))]),
  )
}

interface AddressPlan extends Pick<LoginPlan, 'ownLast'> {
  readonly profile: Pick<Profile, 'id' | 'provider'>
}

/** A base URL in models.json that no login wrote: the person's, which stays. `lower` is that file's value. */
export function ownBaseUrl({ profile, ownLast }: AddressPlan, lower: unknown): string | undefined {
  const standing = valueAt(lower, baseUrlPath(profile))
  return typeof standing === 'string' && markOf(standing) !== ownLast ? standing : undefined
}

/** The note that keeps the mark of the base URL which a profile's last login wrote. */
export const addressNote = (profile: string): string => `login-base-url ${profile}`

type Change = (current: FileText) => readonly Edit[]

/** A base URL that the person wrote into models.json stays. Another account may have been saved there by now. */
function modelsEdits(credential: Credential, baseUrl: string, plan: LoginPlan): Change {
  return ({ text }) => {
    const lower = parseJson5(text)
    const standing = standingIn(lower, plan.profile.id)
    refuseAnothers(plan.profile, standing)
    refuseMeanwhile(plan, { credential, lower, ...standing })
    const mayWrite = valueAt(lower, baseUrlPath(plan.profile)) === undefined || mayReplace(plan, lower)
    return loginEdits(plan.profile, credential, mayWrite ? baseUrl : undefined)
  }
}

/** Of two first logins at once the second goes over the first only where both are known to be one account's. */
function refuseMeanwhile(
  { isThere, profile }: LoginPlan,
  {
    credential,
    lower,
    standing,
    taken,
  }: { readonly credential: Credential; readonly lower: unknown } & ReturnType<typeof standingIn>,
): void {
  const found = isThere ? undefined : storedCredential(lower as RawSettings, profile)
  if (!found || credentialMark(found) === credentialMark(credential)) return
  if (profile.email && standing && !isAnothers(standing, profile.email)) return
  const { id, provider, email = '' } = profile
  const command = `openclaw models auth login --provider ${provider} --profile-id ${ownProfile(provider, email, taken)}`
  throw new OpenClawError('login-changed', { profile: id, command })
}

function mayReplace(plan: LoginPlan, lower: unknown): boolean {
  return typeof valueAt(lower, baseUrlPath(plan.profile)) === 'string' && ownBaseUrl(plan, lower) === undefined
}

function standingIn(lower: unknown, profile: string): { standing: string | undefined; taken: readonly string[] } {
  const email = valueAt(lower, ['auth', 'profiles', profile, 'email'])
  const entries = valueAt(lower, ['auth', 'profiles'])
  return {
    standing: typeof email === 'string' ? email : undefined,
    taken: isPlain(entries) ? Object.keys(entries) : [],
  }
}

/** Aliases whose names are free in both files, the default where it was asked for; what an older login left goes. */
function openclawEdits(lower: unknown, { profile, definition, setDefault }: LoginPlan, defaultModel?: string): Change {
  const wanted = Object.entries(definition.aliases)
    .filter(([name]) => valueAt(lower, ['models', 'aliases', name]) === undefined)
    .map(([name, model]) => [name, `${definition.id}/${model}`] as const)
  return ({ text }) => {
    const upper = parseJson5(text)
    // A token stands in one place only: here it would lie over the fresh one in models.json.
    const tokens = TOKEN_KEYS.map((key) => [...carrierOf(profile), key])
    // So would an e-mail, which is another's perhaps.
    const notes = (['email', 'label'] as const).flatMap((key) => {
      const path = ['auth', 'profiles', profile.id, key]
      const stays = key === 'label' && profile.label === undefined
      return stays || valueAt(upper, path) === profile[key] ? [] : [path]
    })
    const shadows = [...tokens, ...notes]
      .filter((path) => valueAt(upper, path) !== undefined)
      .map((path): Edit => ({ kind: 'unset', path }))
    return [
      ...shadows,
      ...aliasEdits(upper, Object.fromEntries(wanted)),
      ...(setDefault && defaultModel !== undefined
        ? primaryEdits(upper, lower, `${definition.id}/${defaultModel}`)
        : []),
    ]
  }
}
