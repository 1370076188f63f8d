/** The act `models auth import`: logins of other programs copied into ours, none of ours written over. */
import { allowedAddress } from '../accounts/allowed-address.ts'
import { credentialMark } from '../accounts/credential-store.ts'
import { isAnothers } from '../accounts/whose-login.ts'
import type { ForeignLogin } from '../config/foreign-logins.ts'
import { merged, valueAt } from '../config/merge.ts'
import { baseUrlPath, loginEdits, profilesFrom } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import type { Profile } from '../core/credential.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { choosePlace } from '../core/key-login.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { profileIdFrom } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { LoginImported, LoginsImported } from './contract.ts'
import { foreignFiles, lentFile, PROGRAMS, type ForeignFile } from './foreign-files.ts'

export interface LoginImportWish {
  /** The other program: `openclaw` (the original), `cliproxyapi`, or the id of a provider's outside login. */
  readonly from: string
  readonly path: string
  readonly dryRun: boolean
  /** In the place of the name that the login would get: a whole id, or what comes after the colon. */
  readonly profileId?: string
  /** Although the other program goes on with it. */
  readonly copy: boolean
}

export interface LoginImportMeans {
  readonly setup: Setup
  /** On or not. */
  readonly providers: readonly Provider[]
  readonly modelsJson: SettingsFile
}

/** A login as it would stand here. */
interface Place {
  readonly profile: Profile
  readonly credential: ForeignLogin['credential']
  readonly baseUrl: string | undefined
}

interface Placed extends Place {
  /** What it is called there. */
  readonly name: string
  readonly row: LoginImported
}

export async function* importLogins(
  wish: LoginImportWish,
  { setup, providers, modelsJson }: LoginImportMeans,
): AsyncGenerator<never, LoginsImported> {
  const files = await filesFor(wish, providers)
  const logins = files.flatMap(({ file, logins: own }) => own.map((login) => ({ file, login })))
  if (wish.profileId !== undefined && logins.length > 1) {
    throw new OpenClawError('import-several', { path: wish.path, count: logins.length })
  }
  const left = files.flatMap(({ file, left: own }) => own.map((row) => ({ file, ...row })))
  const placed: Placed[] = []
  const profiles = new Map(setup.settings.profiles)
  for (const { file, login } of logins) {
    const provider = providerOf(login, wish.from, providers)
    const one = provider && placedAt(login, provider, wish.profileId)
    const against = one ? conflict(one, profiles) : phrase('no-provider', { provider: login.provider })
    const reason = against ?? (provider && unusable(login, provider))
    if (!one || reason !== undefined) {
      left.push({ file, name: login.name, reason: reason ?? phrase('no-login-in-it') })
      continue
    }
    profiles.set(one.profile.id, { ...one.profile, credential: one.credential })
    placed.push({ ...one, name: login.name, row: rowOf(one, file) })
  }
  const { from, path, dryRun } = wish
  const rows = placed.map(({ row }) => row)
  if (placed.length === 0 || dryRun) return { from, path, dryRun, taken: rows, left }
  const lost = await written(placed, { setup, modelsJson })
  const taken = rows.filter(({ profile }) => !lost.has(profile))
  for (const { row, name } of placed) {
    const reason = lost.get(row.profile)
    if (reason !== undefined) left.push({ file: row.file, name, reason })
  }
  return { from, path, dryRun, taken, left, ...(taken.length > 0 && { file: modelsJson.path }) }
}

/** By profile id, those that were made here since the settings were read: they stay, and ours is not written. */
async function written(
  placed: readonly Placed[],
  { setup, modelsJson }: Pick<LoginImportMeans, 'setup' | 'modelsJson'>,
): Promise<ReadonlyMap<string, Said>> {
  let lost = new Map<string, Said>()
  await modelsJson.edit(({ text }) => {
    const lower = parseJson5(text)
    const profiles = profilesFrom(merged(lower, setup.upper) as RawSettings, [])
    lost = new Map()
    return placed.flatMap((one) => {
      const { profile, credential, baseUrl } = one
      const against = conflict(one, profiles)
      if (against !== undefined) {
        lost.set(profile.id, against)
        return []
      }
      // An address that stands there is the person's.
      return loginEdits(profile, credential, valueAt(lower, baseUrlPath(profile)) === undefined ? baseUrl : undefined)
    })
  })
  return lost
}

async function filesFor(wish: LoginImportWish, providers: readonly Provider[]): Promise<readonly ForeignFile[]> {
  const { from, path } = wish
  const lender = providers.find(({ definition }) => definition?.outside?.id === from)
  const outside = lender?.definition?.outside
  if (lender && outside) {
    if (!wish.copy) throw new OpenClawError('import-shared', { program: outside.program, provider: lender.id })
    return [await lentFile(outside, lender.id, path)]
  }
  const program = PROGRAMS.find((known) => known === from)
  if (program) return foreignFiles(program, path)
  const known = [...PROGRAMS, ...providers.flatMap(({ definition }) => definition?.outside?.id ?? [])]
  throw new OpenClawError('option-value', {
    option: 'from',
    met: from,
    allowed: known.join(', '),
    command: 'openclaw models auth import',
  })
}

function providerOf(login: ForeignLogin, from: string, providers: readonly Provider[]): Provider | undefined {
  return providers.find(
    ({ id, definition }) => id === login.provider || definition?.knownAs?.[from]?.includes(login.provider),
  )
}

/** A token that nobody could renew is no login. */
function unusable({ credential }: ForeignLogin, provider: Provider): Said | undefined {
  return credential.kind === 'oauth' && !provider.login ? phrase('no-login-way') : undefined
}

function placedAt(login: ForeignLogin, provider: Provider, wished: string | undefined): Place {
  const { credential, email } = login
  return {
    profile: {
      id: wished === undefined ? `${provider.id}:${nameFor(login)}` : wishedId(wished, provider.id),
      provider: provider.id,
      mode: credential.kind === 'oauth' ? 'oauth' : 'api_key',
      ...(email && { email }),
    },
    credential,
    baseUrl: addressFor(login, provider),
  }
}

function wishedId(wished: string, provider: string): string {
  const id = profileIdFrom(provider, wished)
  if (id === undefined) throw new OpenClawError('profile-name', { name: wished })
  return id
}

/** What it is called there: after the colon of a profile, else by its e-mail or file. */
function nameFor({ name, email }: ForeignLogin): string {
  const own = name.includes(':') ? name.slice(name.lastIndexOf(':') + 1) : (email ?? name)
  const called = own
    .replace(/\.json$/, '')
    .replace(/[^\w.@+-]+/g, '-')
    .slice(0, 64)
  return /^\w/.test(called) ? called : 'imported'
}

function addressFor({ credential, addressBy }: ForeignLogin, provider: Provider): string | undefined {
  const { login, definition } = provider
  if (credential.kind === 'oauth') {
    return allowedAddress(login?.resourceUrl && addressBy(login.resourceUrl), provider)
  }
  const key = definition?.key
  const choice = key && key.places.length > 1 ? choosePlace(key, {}, credential.apiKey) : undefined
  return choice?.kind === 'ok' ? choice.place.baseUrl : undefined
}

/** Another account's login is never written over. */
function conflict({ profile, credential }: Place, profiles: ReadonlyMap<string, Profile>): Said | undefined {
  const present = profiles.get(profile.id)
  const isTaken = present?.outside ?? present?.missing ?? present?.locked ?? othersNote(present, profile)
  const isFree = !present || (isTaken === undefined && (present.credential?.kind ?? 'none') === 'none')
  if (isFree) return undefined
  const isSame = present.credential && credentialMark(present.credential) === credentialMark(credential)
  return isSame ? phrase('set-already') : phrase('profile-taken', { profile: profile.id })
}

/** One that was signed out keeps the e-mail of its account, and waits for that one. */
function othersNote(present: Profile | undefined, { email }: Profile): string | undefined {
  return isAnothers(present?.email, email) ? present?.email : undefined
}

function rowOf({ profile, credential }: Place, file: string): LoginImported {
  return {
    profile: profile.id,
    provider: profile.provider,
    mode: profile.mode,
    ...(profile.email && { email: profile.email }),
    ...(credential.kind === 'oauth' && { expiresAt: credential.expiresAt.toISOString() }),
    file,
    shared: credential.kind === 'oauth' && credential.refreshToken !== undefined,
  }
}
