/** A sign-in from the first request to both files written: nothing is written before all of it is known. */
import { aliasEdits, primaryEdits } from '../config/edits.ts'
import { loginEdits } from '../config/profiles.ts'
import { merged, valueAt } from '../config/merge.ts'
import type { Edit, FileText, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { hostMatches } from '../core/host.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Notes } from '../core/ports.ts'
import type { DeviceLogin, Provider, ProviderDefinition } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { deviceFlow, type DeviceFlowEvent } from './device-flow.ts'
import { oauthClient, type OAuthMeans } from './oauth-client.ts'
import { rehearse } from '../stores/files/rehearse.ts'
import { markOf, type TokenGrant } from './tokens.ts'

export type SignInEvent = DeviceFlowEvent | { readonly kind: 'address-ignored'; readonly host: Said }

export interface SignedIn {
  readonly provider: string
  readonly profile: string
  /** Where this login's requests go. */
  readonly baseUrl: string
  readonly defaultModel: string
  readonly setDefault: boolean
  /** The provider's aliases as they now stand: name -> ref. */
  readonly aliases: Readonly<Record<string, string>>
  readonly files: readonly string[]
}

export interface SignInMeans extends OAuthMeans {
  readonly notes: Notes
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

export interface SignInWish {
  readonly provider: string
  readonly setDefault: boolean
  readonly email?: string
  readonly signal: AbortSignal
}

/** Both files are tried before the person is sent to a browser, and once more before the first of them is written. */
export async function* signIn(
  wish: SignInWish,
  setup: Setup,
  means: SignInMeans,
): AsyncGenerator<SignInEvent, SignedIn> {
  const provider = providerIn(setup, wish.provider)
  const { login, definition } = provider
  if (!login || !definition) throw new OpenClawError('login-not-offered', { provider: provider.id })
  if (checkUpstreamUrl(login.baseUrl).kind !== 'ok') {
    throw new OpenClawError('login-insecure', { provider: provider.id, address: login.baseUrl })
  }
  const profile = defaultProfile(provider.id)
  const ownLast = await means.notes.get(noteKey(profile))
  const write = { profile, definition, wish, ownLast }
  await rehearse(means.modelsJson, modelsEdits(REHEARSED, definition.baseUrl, write))
  await rehearse(means.openclawJson, openclawEdits(setup.lower, write))

  const grant = yield* deviceFlow(provider.id, login, {
    client: oauthClient(login, { ...means, proxy: provider.proxy }),
    clock: means.clock,
    signal: wish.signal,
  })
  const named = allowedAddress(grant.resourceUrl, provider, login)
  if (grant.resourceUrl && !named) yield { kind: 'address-ignored', host: hostOf(grant.resourceUrl) }
  const baseUrl = named ?? definition.baseUrl

  // Approval took minutes, in which the person may have been editing.
  await rehearse(means.openclawJson, openclawEdits(setup.lower, write))
  if (wish.signal.aborted) throw new OpenClawError('login-cancelled', {})
  const models = await means.modelsJson.edit(modelsEdits(grant, baseUrl, write))
  const lower = parseJson5(models.after)
  const openclaw = await means.openclawJson.edit(openclawEdits(lower, write))
  const standing = valueAt(lower, baseUrlPath(definition))
  if (standing !== valueAt(parseJson5(models.before ?? ''), baseUrlPath(definition))) {
    await means.notes.put(noteKey(profile), markOf(baseUrl)).catch(() => undefined) // then it counts as the person's
  }

  const values = merged(lower, parseJson5(openclaw.after))
  return {
    provider: provider.id,
    profile,
    baseUrl: (provider.baseUrlIsChosen && provider.baseUrl) || (typeof standing === 'string' ? standing : baseUrl),
    defaultModel: defaultRef(definition),
    setDefault: wish.setDefault,
    aliases: Object.fromEntries(
      Object.keys(definition.aliases).map((name) => [name, String(valueAt(values, ['models', 'aliases', name]))]),
    ),
    files: [means.modelsJson.path, ...(openclaw.changed ? [means.openclawJson.path] : [])],
  }
}

interface Write {
  readonly profile: string
  readonly definition: ProviderDefinition
  readonly wish: SignInWish
  /** The mark of the base URL that the last login wrote. */
  readonly ownLast: string | undefined
}

type Change = (current: FileText) => readonly Edit[]

const REHEARSED: TokenGrant = {
  credential: { kind: 'oauth', accessToken: 'x', refreshToken: 'x', expiresAt: new Date(0) },
}

/** A base URL that the person wrote into models.json stays. */
function modelsEdits(grant: TokenGrant, baseUrl: string, { profile, definition, wish, ownLast }: Write): Change {
  return ({ text }) => {
    const standing = valueAt(parseJson5(text), baseUrlPath(definition))
    const mayWrite = standing === undefined || (typeof standing === 'string' && markOf(standing) === ownLast)
    return loginEdits(
      { id: profile, provider: definition.id, mode: 'oauth', ...(wish.email && { email: wish.email }) },
      grant.credential,
      mayWrite ? baseUrl : undefined,
    )
  }
}

/** Aliases whose names are free in both files, the default where it was asked for; an older login's tokens go. */
function openclawEdits(lower: unknown, { definition, wish }: Write): Change {
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
      ...(wish.setDefault ? primaryEdits(upper, lower, defaultRef(definition)) : []),
    ]
  }
}

/** A token goes only to hosts that the provider declares or the person configured. */
function allowedAddress(resourceUrl: string | undefined, provider: Provider, login: DeviceLogin): string | undefined {
  if (!resourceUrl || /[^\x21-\x7e]/.test(resourceUrl)) return undefined
  const checked = checkUpstreamUrl(resourceUrl)
  if (checked.kind !== 'ok' || checked.url.search || checked.url.hash) return undefined
  const { hostname, host } = checked.url
  const configured = [
    ...(provider.baseUrlIsChosen && provider.baseUrl ? [provider.baseUrl] : []),
    ...(login.baseUrl === provider.definition?.login?.baseUrl ? [] : [login.baseUrl]),
  ].map((address) => URL.parse(address)?.host)
  return configured.includes(host) || hostMatches(hostname, provider.definition?.hosts ?? []) ? resourceUrl : undefined
}

function hostOf(address: string): Said {
  return URL.parse(address)?.host || phrase('address-unreadable')
}

const baseUrlPath = ({ id }: ProviderDefinition): readonly string[] => ['models', 'providers', id, 'baseUrl']
const defaultRef = ({ id, defaultModel }: ProviderDefinition): string => `${id}/${defaultModel}`
const noteKey = (profile: string): string => `login-base-url ${profile}`
