/** What can be done where a login is missing, refused or locked, or nobody who is on brings the provider. */
import type { Profile } from '../core/credential.ts'
import { phrase } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { defaultProfile, profileName } from '../core/ref.ts'
import type { About, Against, Change, Choice, Situation } from './situation.ts'
import { seeing, SOME_CREDENTIAL, waiting, withProfiles } from './what-if.ts'

type OfLogin = Extract<
  Against,
  { readonly kind: 'provider-not-found' | 'no-login' | 'needs-login' | 'profile-not-found' | 'locked' }
>

export function loginChanges(against: OfLogin, { ref, profile }: Choice, { means }: About): readonly Change[] {
  const known = means.off.find(({ id }) => id === ref.provider)
  const id = profile ?? ref.profile ?? defaultProfile(ref.provider)
  switch (against.kind) {
    case 'provider-not-found': {
      const plugin = means.pluginOf(ref.provider)
      if (!known || plugin === undefined) return []
      return [
        {
          words: phrase('change-plugin-on', { plugin }),
          run: `openclaw plugins enable ${plugin}`,
          apply: (now) => bringing(now, known),
        },
      ]
    }
    case 'needs-login': {
      const { askAgainAt } = against
      return [signIn(id, ref.provider, known), ...(askAgainAt ? [waiting(askAgainAt)] : [])]
    }
    case 'no-login':
    case 'profile-not-found':
      return [signIn(id, ref.provider, known)]
    case 'locked':
      return [
        {
          words: phrase('change-unlock'),
          run: 'openclaw models auth store',
          apply: (now) => withLogin(now, id, ref.provider),
        },
      ]
  }
}

/** `known` = its provider, where signing in brings it. */
function signIn(id: string, provider: string, known: Provider | undefined): Change {
  const name = profileName({ id, provider })
  const more = id === defaultProfile(provider) ? '' : ` --profile-id ${name}`
  return {
    words: phrase('change-sign-in', { profile: id }),
    run: `openclaw models auth login --provider ${provider}${more}`,
    apply: (now) => withLogin(known ? bringing(now, known) : now, id, provider),
  }
}

function bringing(situation: Situation, known: Provider): Situation {
  const { view } = situation
  return seeing(situation, { provider: (id) => (id === known.id ? known : view.provider(id)) })
}

function withLogin(situation: Situation, id: string, provider: string): Situation {
  const fresh: Profile = { id, provider, mode: 'api_key', credential: SOME_CREDENTIAL }
  const renewed = (profile: Profile): Profile => {
    const { missing: _missing, locked: _locked, ...kept } = profile
    return { ...kept, credential: SOME_CREDENTIAL }
  }
  const { view } = situation
  return seeing(
    withProfiles(situation, provider, (profiles) =>
      profiles.some((profile) => profile.id === id)
        ? profiles.map((profile) => (profile.id === id ? renewed(profile) : profile))
        : [...profiles, fresh],
    ),
    { loginProblem: (profile) => (profile.id === id ? undefined : view.loginProblem(profile)) },
  )
}
