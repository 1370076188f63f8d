/** Profiles and their credentials out of the settings, and a fresh credential back into them as edits. */
import type { Credential, OwnCredential, Profile } from '../core/credential.ts'
import type { Edit } from '../core/edit.ts'
import type { OutsideReference } from '../core/outside-login.ts'
import { defaultProfile } from '../core/ref.ts'
import { isSealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import { valueAt } from './merge.ts'
import type { RawProfile, RawProvider, RawSettings } from './schema.ts'

type Unset = readonly { readonly path: readonly string[]; readonly variable: string }[]
type Carrier = Pick<RawProvider & RawProfile, 'apiKey' | 'accessToken' | 'refreshToken' | 'expiresAt'>

/**
 * The provider entry carries the credential of `<provider>:default` and of no other; every other profile carries
 * its own. A provider entry with an address, models and no credential is one that asks for none.
 */
export function profilesFrom(raw: RawSettings, unset: Unset): ReadonlyMap<string, Profile> {
  const entries = new Map(Object.entries(raw.models?.providers ?? {}))
  const profiles = new Map<string, Profile>()
  for (const [id, profile] of Object.entries(raw.auth?.profiles ?? {})) {
    const isDefault = id === defaultProfile(profile.provider)
    const variable = unsetIn(unset, carrierOf({ id, provider: profile.provider }))
    // Another program's login counts as its own file has it.
    const credential = profile.source ? undefined : credentialIn(isDefault ? entries.get(profile.provider) : profile)
    profiles.set(id, {
      id,
      provider: profile.provider,
      mode: profile.mode,
      ...(profile.email && { email: profile.email }),
      ...outsideOf(profile),
      ...(profile.label && { label: profile.label }),
      ...(variable ? { missing: { variable } } : credential && { credential }),
      ...(!isDefault && profile.baseUrl && { baseUrl: profile.baseUrl }),
    })
  }
  for (const [provider, entry] of entries) {
    const id = defaultProfile(provider)
    if (profiles.has(id)) continue
    const variable = unsetIn(unset, carrierOf({ id, provider }))
    const credential = credentialIn(entry) ?? (entry.baseUrl && entry.models ? ({ kind: 'none' } as const) : undefined)
    if (!credential && !variable) continue
    const own = credential?.kind === 'sealed' ? credential.written : credential
    const mode = own?.kind === 'oauth' ? 'oauth' : 'api_key'
    profiles.set(id, { id, provider, mode, ...(variable ? { missing: { variable } } : credential && { credential }) })
  }
  return profiles
}

function outsideOf({ source, file }: RawProfile): Pick<Profile, 'outside'> {
  return source ? { outside: { id: source, ...(file && { file }) } } : {}
}

function credentialIn(carrier: Carrier | undefined): Credential | undefined {
  if (!carrier) return undefined
  const written = writtenIn(carrier)
  const secrets = written?.kind === 'oauth' ? [written.accessToken, written.refreshToken] : [written?.apiKey]
  return written && secrets.some((secret) => secret && isSealed(secret.reveal()))
    ? { kind: 'sealed', written }
    : written
}

function writtenIn(carrier: Carrier): OwnCredential | undefined {
  if (carrier.accessToken) {
    const expiresAt = new Date(carrier.expiresAt ?? 0)
    return {
      kind: 'oauth',
      accessToken: new Secret(carrier.accessToken),
      ...(carrier.refreshToken && { refreshToken: new Secret(carrier.refreshToken) }),
      // An expiry that cannot be read counts as past: then the token is refreshed rather than trusted.
      expiresAt: Number.isNaN(expiresAt.getTime()) ? new Date(0) : expiresAt,
    }
  }
  if (carrier.apiKey) return { kind: 'api-key', apiKey: new Secret(carrier.apiKey) }
  return undefined
}

/** Keys of which a login is nothing without its variable. */
const NEEDED: ReadonlySet<string> = new Set(['apiKey', 'accessToken', 'refreshToken', 'baseUrl'])

function unsetIn(unset: Unset, carrier: readonly string[]): string | undefined {
  return unset.find(
    ({ path }) =>
      path.length === carrier.length + 1 &&
      carrier.every((key, at) => path[at] === key) &&
      NEEDED.has(path.at(-1) ?? ''),
  )?.variable
}

/** Whose login it is, the entry says; a login without an entry of its own is `<provider>:default`. */
export function ownerIn(values: unknown, profile: string): Pick<Profile, 'id' | 'provider'> {
  const named = valueAt(values, ['auth', 'profiles', profile, 'provider'])
  return { id: profile, provider: typeof named === 'string' ? named : profile.slice(0, profile.lastIndexOf(':')) }
}

/** Where a profile's secrets stand. */
export function carrierOf(profile: Pick<Profile, 'id' | 'provider'>): readonly string[] {
  return profile.id === defaultProfile(profile.provider)
    ? ['models', 'providers', profile.provider]
    : ['auth', 'profiles', profile.id]
}

/** Where a profile's own address stands. */
export function baseUrlPath(profile: Pick<Profile, 'id' | 'provider'>): readonly string[] {
  return [...carrierOf(profile), 'baseUrl']
}

/** Edits to models.json that put a credential where its profile carries it. */
export function credentialEdits(profile: Pick<Profile, 'id' | 'provider'>, credential: Credential): readonly Edit[] {
  const place = carrierOf(profile)
  const set = (key: string, value: string): Edit => ({ kind: 'set', path: [...place, key], value })
  if (credential.kind === 'sealed') return credentialEdits(profile, credential.written)
  if (credential.kind === 'none') return []
  if (credential.kind === 'api-key') {
    const spent = ['accessToken', 'refreshToken', 'expiresAt'] // a token beside it would count in its place
    return [
      set('apiKey', credential.apiKey.reveal()),
      ...spent.map((key): Edit => ({ kind: 'unset', path: [...place, key] })),
    ]
  }
  return [
    set('accessToken', credential.accessToken.reveal()),
    credential.refreshToken
      ? set('refreshToken', credential.refreshToken.reveal())
      : { kind: 'unset', path: [...place, 'refreshToken'] },
    set('expiresAt', credential.expiresAt.toISOString()),
  ]
}

/** The credential that a models.json value carries for a profile, variables not put in. */
export function storedCredential(
  values: RawSettings | undefined,
  profile: Pick<Profile, 'id' | 'provider'>,
): Credential | undefined {
  return credentialIn(valueAt(values, carrierOf(profile)) as Carrier | undefined)
}

/** What stands in models.json of another program's login: where it is, and none of its tokens. `hasEntry`: of its provider. */
export function referenceEdits(profile: Profile, outside: OutsideReference, hasEntry: boolean): readonly Edit[] {
  const place = ['auth', 'profiles', profile.id]
  const set = (key: string, value: string): Edit => ({ kind: 'set', path: [...place, key], value })
  const ours = ['apiKey', 'accessToken', 'refreshToken', 'expiresAt', ...(outside.file ? [] : ['file'])]
  return [
    ...(hasEntry ? [] : [{ kind: 'set', path: ['models', 'providers', profile.provider], value: {} } as const]),
    set('provider', profile.provider),
    set('mode', profile.mode),
    profile.email ? set('email', profile.email) : { kind: 'unset', path: [...place, 'email'] },
    ...(profile.label ? [set('label', profile.label)] : []),
    set('source', outside.id),
    ...(outside.file ? [set('file', outside.file)] : []),
    ...ours.map((key): Edit => ({ kind: 'unset', path: [...place, key] })),
  ]
}

/**
 * What a login writes into models.json, in the guide's shape. `baseUrl` only where login may write one. Whose account it
 * is nobody knows but the person: an e-mail that was not given anew goes, for it may be another's. A label stays.
 */
export function loginEdits(profile: Profile, credential: Credential, baseUrl: string | undefined): readonly Edit[] {
  const place = carrierOf(profile)
  const entry = ['auth', 'profiles', profile.id]
  return [
    ...(baseUrl ? [{ kind: 'set', path: [...place, 'baseUrl'], value: baseUrl } as const] : []),
    ...credentialEdits(profile, credential),
    { kind: 'set', path: [...entry, 'provider'], value: profile.provider },
    { kind: 'set', path: [...entry, 'mode'], value: profile.mode },
    // It stood for another program's login until now.
    ...['source', 'file'].map((key): Edit => ({ kind: 'unset', path: [...entry, key] })),
    profile.email
      ? { kind: 'set', path: [...entry, 'email'], value: profile.email }
      : { kind: 'unset', path: [...entry, 'email'] },
    ...(profile.label ? [{ kind: 'set', path: [...entry, 'label'], value: profile.label } as const] : []),
  ]
}
