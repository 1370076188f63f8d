/** A sign-in from the first request to both files written: nothing is written before all of it is known. */
import type { Credential, Profile } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Said } from '../core/phrase.ts'
import { Secret } from '../core/secret.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import { allowedAddress, hostOf } from './allowed-address.ts'
import { noteAnsweredFor } from './answered-for.ts'
import { deviceFlow, type DeviceFlowEvent } from './device-flow.ts'
import { planLogin, rehearseLogin, saveLogin, type LoginFiles } from './login-files.ts'
import { oauthClient, type OAuthMeans } from './oauth-client.ts'
import { secretMark } from './tokens.ts'
import { profileFor, type SaidOfLogin } from './whose-login.ts'

export type SignInEvent = DeviceFlowEvent | { readonly kind: 'address-ignored'; readonly host: Said }

export interface SignedIn {
  readonly provider: string
  readonly profile: string
  readonly email?: string
  readonly label?: string
  /** An older note of whose login this was: nobody said that it still is, so it went. */
  readonly droppedEmail?: string
  /** Where this login's requests go. */
  readonly baseUrl: string
  readonly defaultModel: string
  readonly setDefault: boolean
  /** The provider's aliases as they now stand: name -> ref. */
  readonly aliases: Readonly<Record<string, string>>
  readonly files: readonly string[]
  /** Whose login it is, and where that one stands; absent = ours. */
  readonly existing?: { readonly program: string; readonly file: string }
}

export interface SignInMeans extends OAuthMeans, LoginFiles {}

export interface SignInWish extends SaidOfLogin {
  readonly provider: string
  readonly setDefault: boolean
  /** The login that another program keeps on this machine, in the place of one of our own. */
  readonly useExisting?: true
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
  const profile = { ...profileFor(provider.id, wish), provider: provider.id, mode: 'oauth' } as const
  const { lower, settings } = setup
  const plan = await planLogin(
    { profile, definition, setDefault: wish.setDefault },
    { ...means, known: settings.profiles },
  )
  await rehearseLogin(plan, { credential: REHEARSED, baseUrl: definition.baseUrl, lower }, means)

  const grant = yield* deviceFlow(provider.id, login, {
    client: oauthClient(login, { ...means, proxy: provider.proxy }),
    clock: means.clock,
    signal: wish.signal,
  })
  const named = allowedAddress(grant.resourceUrl, provider)
  if (grant.resourceUrl && !named) yield { kind: 'address-ignored', host: hostOf(grant.resourceUrl) }
  const baseUrl = named ?? definition.baseUrl

  // Approval took minutes, in which the person may have been editing.
  await rehearseLogin(plan, { credential: grant.credential, baseUrl, lower }, means)
  if (wish.signal.aborted) throw new OpenClawError('login-cancelled', {})
  const defaultModel = definition.defaultModel ?? definition.models[0]?.id ?? ''
  const saved = { credential: grant.credential, baseUrl, defaultModel }
  const { standing, aliases, files } = await saveLogin(plan, saved, means)
  const { refreshToken } = grant.credential
  if (refreshToken)
    await noteAnsweredFor(means.notes, secretMark(refreshToken), grant.answeredFor).catch(() => undefined) // then nobody is held to it
  return {
    provider: provider.id,
    ...notesOf(profile, settings.profiles.get(profile.id)),
    baseUrl: (provider.baseUrlIsChosen && provider.baseUrl) || (typeof standing === 'string' ? standing : baseUrl),
    defaultModel: `${provider.id}/${defaultModel}`,
    setDefault: wish.setDefault,
    aliases,
    files,
  }
}

/** Of the login, for who asked for it. */
export function notesOf(
  { id, email, ...given }: Pick<Profile, 'id' | 'email' | 'label'>,
  standing: Profile | undefined,
): Pick<SignedIn, 'profile' | 'email' | 'label' | 'droppedEmail'> {
  const label = given.label ?? standing?.label
  return {
    profile: id,
    ...(email && { email }),
    ...(label && { label }),
    ...(!email && standing?.email && { droppedEmail: standing.email }),
  }
}

const ANY = new Secret('x')
const REHEARSED: Credential = { kind: 'oauth', accessToken: ANY, refreshToken: ANY, expiresAt: new Date(0) }
