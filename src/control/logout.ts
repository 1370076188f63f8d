/** The act `models auth logout`: a login ended at its server where that can be, and its credential removed here. */
import { credentialMark } from '../accounts/credential-store.ts'
import { addressNote, ownBaseUrl } from '../accounts/login-files.ts'
import { oauthClient, type OAuthMeans } from '../accounts/oauth-client.ts'
import { moveRefreshTime } from '../accounts/refresh-times.ts'
import { refreshLease } from '../accounts/refresh.ts'
import { bury } from '../accounts/token-notes.ts'
import { secretMark } from '../accounts/tokens.ts'
import {
  carriesSecrets,
  emptiedEdits,
  entryEdits,
  forgottenEdits,
  hasEntry,
  pinsOf,
  TOKEN_KEYS,
} from '../config/profile-edits.ts'
import { formatPath } from '../config/path.ts'
import { carrierOf, storedCredential } from '../config/profiles.ts'
import type { RawSettings } from '../config/schema.ts'
import type { Credential, Profile } from '../core/credential.ts'
import type { Edit, FileText } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { restKey } from '../core/failure.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { reasonOf } from '../core/said-error.ts'
import type { Secret } from '../core/secret.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { lastGoodPath } from '../stores/files/last-good.ts'
import { readOwnFile } from '../stores/files/own-file.ts'
import type { LoggedOut } from './contract.ts'
import { profileMeant } from './find-profile.ts'
import { refuseMidRefresh } from './mid-refresh.ts'
import type { LoginActMeans } from './rename-login.ts'

export interface LogoutWish {
  readonly profile: string
  readonly provider?: string
  /** Its entry goes too: name, label, e-mail and its place in the order. */
  readonly forget: boolean
  /** `told` = nothing is removed unless the server has ended it, where it can. */
  readonly server: 'told' | 'left-alone'
}

export interface LogoutMeans extends LoginActMeans, OAuthMeans {}

/**
 * Aliases, default and pinned refs stay. Under the lease of a refresh, so that no pair comes in between. Throws
 * `login-fixed` for a key that the person keeps and for a pair that is not saved yet, `logout-untold` where the server was
 * not reached.
 */
export async function* logOut(wish: LogoutWish, means: LogoutMeans): AsyncGenerator<never, LoggedOut> {
  const { setup, lock, state } = means
  const profile = profileMeant(wish.profile, setup, wish.provider)
  refuseKept(profile, wish, means)
  return lock(refreshLease(profile), async () => {
    const credentials = await credentialsOf(profile, means)
    const changes = await changesFor(profile, { wish, credentials }, means)
    await means.modelsJson.rehearse(changes.lower)
    await means.openclawJson.rehearse(changes.upper)
    const ended = await endedAtServer(profile, { wish, credentials }, means)
    const lower = await means.modelsJson.edit(changes.lower)
    const upper = await means.openclawJson.edit(changes.upper)
    await forgetBeliefs(profile, state)
    return {
      profile: profile.id,
      ...ended,
      forgotten: wish.forget,
      files: [...(lower.changed ? [means.modelsJson.path] : []), ...(upper.changed ? [means.openclawJson.path] : [])],
      copies: ended.revoked ? [] : copiesOf(credentials, means),
      stillNamed: wish.forget ? pinsOf(setup.values, profile.id).map(({ path }) => formatPath(path)) : [],
    }
  })
}

function refuseKept(profile: Profile, wish: LogoutWish, { setup, openclawJson }: LogoutMeans): void {
  const { id, variable } = profile
  const fixed = (why: Said, command: string): OpenClawError =>
    new OpenClawError('login-fixed', { profile: id, why, command })
  if (variable) throw fixed(phrase('login-in-variable', { variable }), `unset ${variable}`)
  if (profile.outside && !wish.forget) {
    const program = setup.providers.get(profile.provider)?.definition?.outside?.program ?? profile.outside.id
    throw fixed(phrase('login-of-program', { program }), `openclaw models auth logout ${id} --forget`)
  }
  const path = formatPath([...carrierOf(profile), 'apiKey'])
  if (carriesSecrets(setup.upper, profile, ['apiKey'])) {
    throw fixed(phrase('login-in-settings', { path, file: openclawJson.path }), `openclaw config unset '${path}'`)
  }
  const holdsSome = [setup.upper, setup.lower].some((values) => carriesSecrets(values, profile))
  if (!holdsSome && !wish.forget) {
    throw fixed(phrase('login-without-secret'), `openclaw models auth logout ${id} --forget`)
  }
}

/** As they stand in the files now: a refresh may have come since the settings were read. */
interface Standing {
  readonly lower: Credential | undefined
  readonly upper: Credential | undefined
}

async function credentialsOf(profile: Profile, { modelsJson, openclawJson }: LogoutMeans): Promise<Standing> {
  const inFile = async (file: typeof modelsJson): Promise<Credential | undefined> =>
    storedCredential(parseJson5((await file.read())?.text ?? '') as RawSettings, profile)
  return { lower: await inFile(modelsJson), upper: await inFile(openclawJson) }
}

interface Order {
  readonly wish: LogoutWish
  readonly credentials: Standing
}

type Change = (current: FileText) => readonly Edit[]

async function changesFor(
  profile: Profile,
  { wish, credentials }: Order,
  { setup, state }: LogoutMeans,
): Promise<{ readonly lower: Change; readonly upper: Change }> {
  const ownLast = await state.notes.get(addressNote(profile.id))
  const command = `openclaw models auth logout ${profile.id}`
  const forgotten = (values: unknown): readonly Edit[] => (wish.forget ? forgottenEdits(values, profile) : [])
  const kept = (values: unknown): readonly Edit[] =>
    // Without one, an endpoint of the settings would count as one that asks for no key.
    [values, setup.upper].some((each) => hasEntry(each, profile)) ? [] : entryEdits(profile)
  return {
    lower: ({ text }) => {
      const values = parseJson5(text)
      const now = storedCredential(values as RawSettings, profile)
      if (markIn(now) !== markIn(credentials.lower)) {
        throw new OpenClawError('login-changed', { profile: profile.id, command })
      }
      const ownAddress = ownBaseUrl({ profile, ownLast }, values) === undefined
      return [
        ...emptiedEdits(values, profile, { ownAddress }),
        ...(wish.forget ? [] : kept(values)),
        ...forgotten(values),
      ]
    },
    upper: ({ text }) => {
      const values = parseJson5(text)
      if (values === undefined) return []
      return [...emptiedEdits(values, profile, { keys: TOKEN_KEYS, ownAddress: false }), ...forgotten(values)]
    },
  }
}

function markIn(credential: Credential | undefined): string | undefined {
  return credential && credentialMark(credential)
}

type Ended = Pick<LoggedOut, 'revoked' | 'why'>

async function endedAtServer(profile: Profile, { wish, credentials }: Order, means: LogoutMeans): Promise<Ended> {
  const provider = means.setup.providers.get(profile.provider)
  const tokens = [credentials.lower, credentials.upper].filter((credential) => credential && isOfLogin(credential))
  if (tokens.length === 0) return { revoked: false, why: profile.mode === 'api_key' ? 'is-key' : 'nothing-there' }
  if (wish.server === 'left-alone') return { revoked: false, why: 'left-alone' }
  if (!provider?.login?.revocationPath) return { revoked: false, why: provider ? 'not-offered' : 'provider-off' }
  // The server would end a pair that is spent, and the newest would serve on.
  const opener = { open: (sealed: Credential) => opened(sealed, profile, means) }
  await refuseMidRefresh(profile, { ...means, opener }, `openclaw models auth logout ${profile.id} --local`)
  for (const credential of tokens) if (credential) await revoke(credential, { profile, provider }, means)
  return { revoked: true }
}

function isOfLogin(credential: Credential): boolean {
  return credential.kind === 'sealed' ? credential.written.kind === 'oauth' : credential.kind === 'oauth'
}

async function revoke(
  standing: Credential,
  { profile, provider }: { readonly profile: Profile; readonly provider: Provider },
  means: LogoutMeans,
): Promise<void> {
  const credential = await opened(standing, profile, means)
  if (!provider.login || credential.kind !== 'oauth') return
  const { accessToken, refreshToken } = credential
  const client = oauthClient(provider.login, { ...means, proxy: provider.proxy })
  // RFC 7009, 2.1: what came of the same grant goes with its refresh token.
  const answer = await client.revoke(refreshToken ?? accessToken, refreshToken ? 'refresh_token' : 'access_token')
  if (answer.kind === 'failed') {
    throw new OpenClawError('logout-untold', { profile: profile.id, detail: answer.problem.evidence })
  }
  if (refreshToken === undefined) return
  // Should this process die before the token is out of the file, status says why it serves no more.
  await bury(means.state.notes, secretMark(refreshToken), { evidence: phrase('login-ended-here') }).catch(
    () => undefined,
  )
}

/** Without its token the server cannot be told. */
async function opened(standing: Credential, { id }: Profile, { opener }: LogoutMeans): Promise<Credential> {
  try {
    return (await opener?.open(standing, id)) ?? standing
  } catch (error) {
    throw new OpenClawError('logout-untold', { profile: id, detail: reasonOf(error) }, { cause: error })
  }
}

/** Copies that the editor made of a person's own text, with what was in it. */
function copiesOf({ lower, upper }: Standing, { modelsJson, openclawJson }: LogoutMeans): readonly string[] {
  const secrets = [lower, upper].flatMap((credential) => secretsIn(credential))
  const found: string[] = []
  for (const path of [`${modelsJson.path}.bak`, `${openclawJson.path}.bak`, lastGoodPath(openclawJson.path)]) {
    const text = textIn(path)
    if (secrets.some((secret) => text.includes(secret.reveal()))) found.push(path)
  }
  return found
}

function textIn(path: string): string {
  try {
    return new TextDecoder().decode(readOwnFile(path))
  } catch {
    return '' // what cannot be read holds nothing that others can read
  }
}

function secretsIn(credential: Credential | undefined): readonly Secret[] {
  if (credential?.kind === 'api-key') return [credential.apiKey]
  if (credential?.kind !== 'oauth') return []
  return [credential.accessToken, ...(credential.refreshToken ? [credential.refreshToken] : [])]
}

/** What was believed of the account says nothing of the next one that signs in under this name. */
async function forgetBeliefs({ id, provider }: Profile, { cooldowns, notes }: LogoutMeans['state']): Promise<void> {
  const beliefs = (await cooldowns.list()).filter((rest) => rest.profile === id)
  await cooldowns.clear([restKey({ scope: 'account', provider, profile: id }), ...beliefs.map(restKey)])
  await moveRefreshTime(id, undefined, notes)
}
