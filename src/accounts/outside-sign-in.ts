/** Another program's login taken into use: what is written is where it stands, and none of its tokens. */
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import { allowedAddress, hostOf } from './allowed-address.ts'
import { lookOutside, type OutsideSurroundings } from './existing-login.ts'
import { planLogin, saveReference, type LoginFiles } from './login-files.ts'
import { notesOf, type SignedIn, type SignInEvent, type SignInWish } from './sign-in.ts'
import { profileFor } from './whose-login.ts'

export async function* useExisting(
  wish: SignInWish,
  setup: Setup,
  means: LoginFiles & OutsideSurroundings,
): AsyncGenerator<SignInEvent, SignedIn> {
  const provider = providerIn(setup, wish.provider)
  const { definition } = provider
  const login = definition?.outside
  if (!definition || !login) throw new OpenClawError('no-existing-login', { provider: provider.id })
  const { file, seen } = await lookOutside(login, means)
  if (seen.kind !== 'pair') {
    const reason =
      seen.kind === 'unreadable' ? seen.reason : phrase('at-file', { file, reason: phrase('file-missing') })
    throw new OpenClawError('no-existing-login', { provider: provider.id, program: login.program, detail: reason })
  }
  const { resourceUrl } = provider.login ?? {}
  const named = resourceUrl && seen.addressBy(resourceUrl)
  const allowed = allowedAddress(named, provider)
  if (named && !allowed) yield { kind: 'address-ignored', host: hostOf(named) }

  const said = profileFor(provider.id, { ...wish, profile: wish.profile ?? login.id })
  const profile = { ...said, provider: provider.id, mode: 'oauth' as const }
  const known = setup.settings.profiles
  const plan = await planLogin({ profile, definition, setDefault: wish.setDefault }, { ...means, known })
  const isMoved = Boolean(login.place.variable && means.environment[login.place.variable])
  const defaultModel = definition.defaultModel ?? definition.models[0]?.id ?? ''
  // A gateway may run where the variable is not set.
  const reference = { id: login.id, ...(isMoved && { file }) }
  const { aliases, files } = await saveReference(plan, { reference, upper: setup.upper, defaultModel }, means)
  return {
    provider: provider.id,
    ...notesOf(profile, known.get(profile.id)),
    baseUrl: (provider.baseUrlIsChosen && provider.baseUrl) || (allowed ?? definition.baseUrl),
    defaultModel: `${provider.id}/${defaultModel}`,
    setDefault: wish.setDefault,
    aliases,
    files,
    existing: { program: login.program, file },
  }
}
