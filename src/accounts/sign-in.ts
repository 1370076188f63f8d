/** A sign-in from the first request to both files written: nothing is written before all of it is known. */
import { aliasEdits, primaryEdits } from '../config/edits.ts'
import { loginEdits } from '../config/profiles.ts'
import { valueAt } from '../config/merge.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Notes } from '../core/ports.ts'
import type { DeviceLogin, Provider } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import { checkUpstreamUrl, hostMatches } from '../net/address.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { deviceFlow, type DeviceFlowEvent } from './device-flow.ts'
import { oauthClient, type OAuthMeans } from './oauth-client.ts'
import { markOf } from './tokens.ts'

export type SignInEvent = DeviceFlowEvent | { readonly kind: 'address-ignored'; readonly host: string }

export interface SignedIn {
  readonly provider: string
  readonly profile: string
  readonly baseUrl: string
  readonly defaultModel: string
  readonly setDefault: boolean
  /** Aliases that now exist: name -> ref. */
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

export async function* signIn(
  wish: SignInWish,
  setup: Setup,
  means: SignInMeans,
): AsyncGenerator<SignInEvent, SignedIn> {
  const provider = providerIn(setup, wish.provider)
  const { login, definition } = provider
  if (!login || !definition) throw new OpenClawError('login-not-offered', { provider: provider.id })
  if (checkUpstreamUrl(login.baseUrl).kind !== 'ok') {
    throw new OpenClawError(
      'oauth-failed',
      {
        provider: provider.id,
        detail: `${login.baseUrl} is not an https address (plain http is for this machine only).`,
      },
      { status: 400 },
    )
  }

  const grant = yield* deviceFlow(provider.id, login, {
    client: oauthClient(login, means),
    clock: means.clock,
    signal: wish.signal,
  })

  const profile = defaultProfile(provider.id)
  const named = allowedAddress(grant.resourceUrl, provider, login)
  if (grant.resourceUrl && !named) yield { kind: 'address-ignored', host: hostOf(grant.resourceUrl) }
  const baseUrl = named ?? definition.baseUrl

  const ownLast = await means.notes.get(noteKey(profile))
  await means.modelsJson.edit(({ text }) => {
    const standing = valueAt(parseJson5(text), ['models', 'providers', provider.id, 'baseUrl'])
    const mayWrite = standing === undefined || (typeof standing === 'string' && markOf(standing) === ownLast)
    return loginEdits(
      { id: profile, provider: provider.id, mode: 'oauth', ...(wish.email && { email: wish.email }) },
      grant.credential,
      mayWrite ? baseUrl : undefined,
    )
  })
  await means.notes.put(noteKey(profile), markOf(baseUrl))

  const wanted = Object.fromEntries(
    Object.entries(definition.aliases).map(([name, model]) => [name, `${provider.id}/${model}`]),
  )
  const defaultModel = `${provider.id}/${definition.defaultModel}`
  const edited = await means.openclawJson.edit(({ text }) => {
    const upper = parseJson5(text)
    const free = Object.fromEntries(Object.entries(wanted).filter(([name]) => !setup.settings.aliases.has(name)))
    return [...aliasEdits(upper, free), ...(wish.setDefault ? primaryEdits(upper, setup.lower, defaultModel) : [])]
  })
  return {
    provider: provider.id,
    profile,
    baseUrl: provider.baseUrlIsChosen ? (provider.baseUrl ?? baseUrl) : baseUrl,
    defaultModel,
    setDefault: wish.setDefault,
    aliases: Object.fromEntries(
      Object.keys(wanted).map((name) => [name, setup.settings.aliases.get(name) ?? wanted[name] ?? '']),
    ),
    files: [means.modelsJson.path, ...(edited.changed ? [means.openclawJson.path] : [])],
  }
}

/** A token goes only to hosts that the provider declares or the person configured. */
function allowedAddress(resourceUrl: string | undefined, provider: Provider, login: DeviceLogin): string | undefined {
  if (!resourceUrl) return undefined
  const checked = checkUpstreamUrl(resourceUrl)
  if (checked.kind !== 'ok') return undefined
  const { hostname, host } = checked.url
  const configured = [
    ...(provider.baseUrlIsChosen && provider.baseUrl ? [provider.baseUrl] : []),
    ...(login.baseUrl === provider.definition?.login?.baseUrl ? [] : [login.baseUrl]),
  ].map((address) => new URL(address).host)
  return configured.includes(host) || hostMatches(hostname, provider.definition?.hosts ?? []) ? resourceUrl : undefined
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'an unreadable address'
}

const noteKey = (profile: string): string => `login-base-url ${profile}`
