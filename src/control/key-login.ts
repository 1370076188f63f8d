/** The act `models auth login` for a key: its place found, the key checked there by one cheap call, both files written. */
import {
  ownBaseUrl,
  planLogin,
  rehearseLogin,
  saveLogin,
  type LoginFiles,
  type LoginPlan,
} from '../accounts/login-files.ts'
import { notesOf } from '../accounts/sign-in.ts'
import { profileFor } from '../accounts/whose-login.ts'
import { valueAt } from '../config/merge.ts'
import type { Credential } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import { restKey } from '../core/failure.ts'
import {
  choosePlace,
  flagsInWords,
  otherPlaceOf,
  PLACE_FLAGS,
  type KeyLogin,
  type KeyPlace,
  type PlaceFlags,
} from '../core/key-login.ts'
import type { ProxyRule } from '../core/network.ts'
import { saidBy } from '../core/phrase.ts'
import type { Cooldowns } from '../core/ports.ts'
import type { Provider, ProviderDefinition } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import type { Secret } from '../core/secret.ts'
import type { Setup } from '../core/setup.ts'
import { checkKey, type KeyCheckMeans } from '../serving/check-key.ts'
import { listedModels } from '../serving/listed-models.ts'
import type { FoundServer, KeyLoggedIn, KeyLoginEvent, KeyWish } from './contract.ts'

export interface KeyLoginMeans extends LoginFiles, Omit<KeyCheckMeans, 'signal'> {
  readonly cooldowns: Cooldowns
}

/** Both files are tried before the key is sent anywhere; nothing is written before the key was accepted. */
export async function* keyLogin(
  wish: KeyWish,
  { setup, provider }: { readonly setup: Setup; readonly provider: Provider },
  means: KeyLoginMeans,
): AsyncGenerator<KeyLoginEvent, KeyLoggedIn> {
  const { definition, proxy } = provider
  const key = definition?.key
  if (!definition || !key) throw new OpenClawError('login-not-offered', { provider: provider.id })
  refuseStrangeFlags(wish, key)
  const credential = credentialFrom(wish, key)
  const plan = await planFor(wish, definition, { ...means, known: setup.settings.profiles })
  const chosen = addressInTheWay(wish, plan, { setup, provider }, means)
  const called = { ...means, signal: wish.signal }
  const way = proxy && { proxy }

  let place: KeyPlace | undefined
  let models: readonly string[] | undefined
  if (chosen === undefined && definition.listsModels && wish.flags.server === undefined) {
    yield { kind: 'looking', servers: key.places.map(({ baseUrl }) => hostOf(baseUrl)) }
    const found = await serversFound({ definition, ...way }, key, credential, called)
    if (found.length === 0) {
      throw new OpenClawError('no-local-server', { asked: inLine(key.places), command: commandFor(wish, {}) })
    }
    ;({ place, models } = await serverAmong(found, standingAddress(plan, setup), wish))
  } else if (chosen === undefined) place = placeFor(wish, key)
  const baseUrl = chosen ?? place?.baseUrl ?? definition.baseUrl
  await rehearseLogin(plan, { credential, baseUrl, lower: setup.lower }, means)

  yield { kind: 'checking', host: hostOf(baseUrl) }
  const verdict = await checkKey({ definition, baseUrl, credential, ...way }, called)
  if (wish.signal.aborted) throw new OpenClawError('login-cancelled', {})
  if (verdict.kind === 'refused') throw refused(wish, { place, key, baseUrl, detail: verdict.failure.evidence })
  if (verdict.kind === 'unknown') {
    const command = commandFor(wish, place?.flags ?? {})
    throw new OpenClawError('key-unchecked', { host: hostOf(baseUrl), detail: verdict.failure.evidence, command })
  }

  if (definition.listsModels && !models) {
    const listing = await listedModels({ definition, baseUrl, credential, ...way }, called)
    models = listing.kind === 'models' ? listing.models : []
  }
  const defaultModel = definition.defaultModel ?? models?.[0]
  const saved = await saveLogin(plan, { credential, baseUrl, ...(defaultModel && { defaultModel }) }, means)
  const { id: profile } = plan.profile
  const beliefs = (await means.cooldowns.list()).filter((rest) => rest.profile === profile)
  await means.cooldowns.clear([restKey({ scope: 'account', provider: provider.id, profile }), ...beliefs.map(restKey)])
  return {
    provider: provider.id,
    ...notesOf(plan.profile, setup.settings.profiles.get(profile)),
    baseUrl,
    ...(place && { place: place.flags }),
    ...(defaultModel && { defaultModel: `${provider.id}/${defaultModel}` }),
    setDefault: wish.setDefault,
    aliases: saved.aliases,
    ...(models && { models }),
    files: saved.files,
    ...(verdict.kind === 'spent' && { problem: verdict.failure.evidence }),
  }
}

/** What says nothing of this provider is not passed over. */
function refuseStrangeFlags({ flags, provider }: KeyWish, { places }: KeyLogin): void {
  const strange = PLACE_FLAGS.find(
    (flag) => flags[flag] !== undefined && places.every((place) => place.flags[flag] === undefined),
  )
  if (strange === undefined) return
  const taken = PLACE_FLAGS.filter((flag) => places.some((place) => place.flags[flag] !== undefined))
  const takes = taken.map((flag) => `--${flag}`).join(', ')
  throw new OpenClawError('place-not-told', { option: strange, provider, ...(takes && { takes }) })
}

/** The address that the login of this profile has now, which it had by an earlier choice. */
function standingAddress({ profile }: LoginPlan, { settings }: Setup): string | undefined {
  const isDefault = profile.id === defaultProfile(profile.provider)
  const holder = isDefault ? settings.providers.get(profile.provider) : settings.profiles.get(profile.id)
  return holder?.baseUrl?.replace(/\/+$/, '')
}

/** Nobody is moved to another server unsaid: a person is asked, and a program has to name the one it means. */
async function serverAmong(
  found: readonly FoundServer[],
  standing: string | undefined,
  wish: KeyWish,
): Promise<FoundServer> {
  const kept = found.find(({ place }) => place.baseUrl === standing)
  const [only] = found
  const isPlain = found.length === 1 && (standing === undefined || kept !== undefined)
  if (only && isPlain) return only
  if (wish.choose) return wish.choose(found)
  if (kept) return kept
  throw new OpenClawError('server-not-told', {
    servers: inLine(found.map(({ place }) => place)),
    ...(standing !== undefined && { standing: hostOf(standing) }),
    command: commandFor(wish, only?.place.flags ?? {}),
  })
}

/** One line of visible ASCII: anything else is not what a server would take as a key. */
function credentialFrom({ key, ...wish }: KeyWish, { needed, places }: KeyLogin): Credential {
  if (key === undefined && !needed) return { kind: 'none' }
  if (key === undefined) {
    const variables = places.flatMap((place) => place.env).join(', ')
    throw new OpenClawError('key-missing', { provider: wish.provider, ...(variables && { variables }) })
  }
  if (!/^[\x21-\x7e]{1,4096}$/.test(key.reveal()))
    throw new OpenClawError('key-unreadable', { provider: wish.provider })
  return { kind: 'api-key', apiKey: key }
}

async function planFor(
  wish: KeyWish,
  definition: ProviderDefinition,
  means: Parameters<typeof planLogin>[1],
): Promise<LoginPlan> {
  const { provider, setDefault } = wish
  return planLogin(
    { profile: { ...profileFor(provider, wish), provider, mode: 'api_key' }, definition, setDefault },
    means,
  )
}

/** What the person wrote goes before what a login writes: an address is taken as it is, a key would never be used. */
function addressInTheWay(
  wish: KeyWish,
  plan: LoginPlan,
  { setup, provider }: { readonly setup: Setup; readonly provider: Provider },
  { openclawJson, modelsJson }: LoginFiles,
): string | undefined {
  const isDefault = plan.profile.id === defaultProfile(provider.id)
  const entry = `models.providers.${provider.id}`
  if (isDefault && valueAt(setup.upper, ['models', 'providers', provider.id, 'apiKey']) !== undefined) {
    throw new OpenClawError('setting-in-the-way', { path: `${entry}.apiKey`, file: openclawJson.path, isOurs: false })
  }
  const inLower = provider.baseUrlIsChosen ? undefined : ownBaseUrl(plan, setup.lower)
  const chosen = provider.baseUrlIsChosen ? provider.baseUrl : inLower?.replace(/\/+$/, '')
  if (chosen !== undefined && flagsInWords(wish.flags) !== '') {
    const file = inLower === undefined ? openclawJson.path : modelsJson.path
    const path = isDefault || inLower === undefined ? `${entry}.baseUrl` : `auth.profiles.${plan.profile.id}.baseUrl`
    throw new OpenClawError('setting-in-the-way', { path, file, isOurs: inLower !== undefined })
  }
  return chosen
}

/** The place that was named, unless the key says by its beginning that it belongs elsewhere. */
function placeFor(wish: KeyWish, login: KeyLogin): KeyPlace {
  const choice = choosePlace(login, wish.flags, wish.key)
  if (choice.kind === 'unknown') {
    const { flag, met, allowed } = choice
    const command = 'openclaw models auth login'
    throw new OpenClawError('option-value', { option: flag, met, allowed: allowed.join(', '), command })
  }
  const { place } = choice
  const other = wish.key === undefined ? undefined : otherPlaceOf(wish.key, place, login)
  if (!other) return place
  throw new OpenClawError('key-of-other-plan', {
    place: saidBy(place.label),
    other: saidBy(other.label),
    command: commandFor(wish, other.flags),
  })
}

async function serversFound(
  provider: { readonly definition: ProviderDefinition; readonly proxy?: ProxyRule },
  { places }: KeyLogin,
  credential: Credential,
  means: KeyCheckMeans,
): Promise<readonly FoundServer[]> {
  const listings = await Promise.all(
    places.map(async (place) => ({
      place,
      listing: await listedModels({ ...provider, baseUrl: place.baseUrl, credential }, means),
    })),
  )
  return listings.flatMap(({ place, listing }) =>
    listing.kind === 'models' ? [{ place, models: listing.models }] : [],
  )
}

function refused(
  wish: KeyWish,
  {
    place,
    key: login,
    baseUrl,
    detail,
  }: {
    readonly place: KeyPlace | undefined
    readonly key: KeyLogin
    readonly baseUrl: string
    readonly detail: OpenClawError<'key-refused'>['params']['detail']
  },
): OpenClawError {
  const others = place ? login.places.filter((other) => other !== place && mayFit(wish.key, other, login)) : []
  // Another region of the same plan is the likeliest.
  const near = others.toSorted((a, b) => Number(isOfPlan(b, place)) - Number(isOfPlan(a, place)))
  return new OpenClawError('key-refused', {
    place: place ? saidBy(place.label) : hostOf(baseUrl),
    detail,
    ...(near.length > 0 && { others: near.map(({ flags }) => flagsInWords(flags)).join(', ') }),
    command: commandFor(wish, near[0]?.flags ?? place?.flags ?? {}),
  })
}

function mayFit(key: Secret | undefined, place: KeyPlace, login: KeyLogin): boolean {
  return key !== undefined && otherPlaceOf(key, place, login) === undefined
}

function isOfPlan(place: KeyPlace, other: KeyPlace | undefined): boolean {
  return place.flags.plan === other?.flags.plan
}

function commandFor({ provider, profile, handedBy, setDefault }: KeyWish, flags: PlaceFlags): string {
  const words = ['openclaw models auth login --provider', provider, profile && `--profile-id ${profile}`]
  return [...words, flagsInWords(flags), handedBy, setDefault && '--set-default'].filter(Boolean).join(' ')
}

function inLine(places: readonly KeyPlace[]): string {
  return places.map(({ label, baseUrl }) => `${label.en} (${hostOf(baseUrl)})`).join(', ')
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? address
}
