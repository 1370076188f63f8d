/** What a login leaves in both settings files: credential and profile, aliases, the default where it was asked for. */
import { aliasEdits, primaryEdits } from '../config/edits.ts'
import { merged, valueAt } from '../config/merge.ts'
import { loginEdits } from '../config/profiles.ts'
import type { Credential, Profile } from '../core/credential.ts'
import type { Edit, FileText, SettingsFile } from '../core/edit.ts'
import type { Notes } from '../core/ports.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { rehearse } from '../stores/files/rehearse.ts'
import { markOf } from './tokens.ts'

export interface LoginFiles {
  readonly notes: Notes
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

/** A login before its credential is known. */
export interface LoginPlan {
  readonly profile: Pick<Profile, 'id' | 'provider' | 'mode' | 'email'>
  readonly definition: ProviderDefinition
  readonly setDefault: boolean
  /** The mark of the base URL that the last login wrote. */
  readonly ownLast: string | undefined
}

export interface Saved {
  /** What models.json now says of this login's base URL. */
  readonly standing: unknown
  /** The provider's aliases as they now stand: name -> ref. */
  readonly aliases: Readonly<Record<string, string>>
  readonly files: readonly string[]
}

export async function planLogin(
  plan: Omit<LoginPlan, 'ownLast'>,
  { notes }: Pick<LoginFiles, 'notes'>,
): Promise<LoginPlan> {
  return { ...plan, ownLast: await notes.get(noteKey(plan.profile.id)) }
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
  await rehearse(modelsJson, modelsEdits(credential, baseUrl, plan))
  await rehearse(openclawJson, openclawEdits(lower, plan, plan.definition.defaultModel))
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
    await notes.put(noteKey(profile.id), markOf(baseUrl)).catch(() => undefined) // then it counts as the person's
  }
  const values = merged(lower, parseJson5(openclaw.after))
  return {
    standing,
    aliases: Object.fromEntries(
      Object.keys(definition.aliases).map((name) => [name, String(valueAt(values, ['models', 'aliases', name]))]),
    ),
    files: [modelsJson.path, ...(openclaw.changed ? [openclawJson.path] : [])],
  }
}

/** A base URL in models.json that no login wrote: the person's, which stays. `lower` is that file's value. */
export function ownBaseUrl({ profile, ownLast }: LoginPlan, lower: unknown): string | undefined {
  const standing = valueAt(lower, baseUrlPath(profile))
  return typeof standing === 'string' && markOf(standing) !== ownLast ? standing : undefined
}

type Change = (current: FileText) => readonly Edit[]

/** A base URL that the person wrote into models.json stays. */
function modelsEdits(credential: Credential, baseUrl: string, plan: LoginPlan): Change {
  return ({ text }) => {
    const lower = parseJson5(text)
    const mayWrite = valueAt(lower, baseUrlPath(plan.profile)) === undefined || mayReplace(plan, lower)
    return loginEdits(plan.profile, credential, mayWrite ? baseUrl : undefined)
  }
}

function mayReplace(plan: LoginPlan, lower: unknown): boolean {
  return typeof valueAt(lower, baseUrlPath(plan.profile)) === 'string' && ownBaseUrl(plan, lower) === undefined
}

/** Aliases whose names are free in both files, the default where it was asked for; an older login's tokens go. */
function openclawEdits(lower: unknown, { definition, setDefault }: LoginPlan, defaultModel?: string): Change {
  const wanted = Object.entries(definition.aliases)
    .filter(([name]) => valueAt(lower, ['models', 'aliases', name]) === undefined)
    .map(([name, model]) => [name, `${definition.id}/${model}`] as const)
  return ({ text }) => {
    const upper = parseJson5(text)
    // A token stands in one place only: here it would lie over the fresh one in models.json.
    const shadows = ['accessToken', 'refreshToken', 'expiresAt']
      .map((key): Edit => ({ kind: 'unset', path: ['models', 'providers', definition.id, key] }))
      .filter(({ path }) => valueAt(upper, path) !== undefined)
    return [
      ...shadows,
      ...aliasEdits(upper, Object.fromEntries(wanted)),
      ...(setDefault && defaultModel !== undefined
        ? primaryEdits(upper, lower, `${definition.id}/${defaultModel}`)
        : []),
    ]
  }
}

const baseUrlPath = ({ id, provider }: Pick<Profile, 'id' | 'provider'>): readonly string[] =>
  id === defaultProfile(provider) ? ['models', 'providers', provider, 'baseUrl'] : ['auth', 'profiles', id, 'baseUrl']
const noteKey = (profile: string): string => `login-base-url ${profile}`
