/** What can be done where a login is missing, refused or locked, or nobody who is on brings the provider. */
import { commandLine } from '../core/command-line.ts'
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

export function loginChanges(
  against: OfLogin,
  { ref, profile }: Choice,
  { situation, means }: About,
): readonly Change[] {
  const known = means.off.find(({ id }) => id === ref.provider)
  const id = profile ?? ref.profile ?? defaultProfile(ref.provider)
  switch (against.kind) {
    case 'provider-not-found': {
      const plugin = means.pluginOf(ref.provider)
      if (!known || plugin === undefined) return []
      return [
        {
          words: phrase('change-plugin-on', { plugin }),
          run: commandLine('openclaw plugins enable', plugin),
          apply: (now) => bringing(now, known),
        },
      ]
    }
    case 'needs-login': {
      const { askAgainAt } = against
      return [
        signIn(id, ref.provider, { known, offered: known ?? situation.view.provider(ref.provider) }),
        ...(askAgainAt ? [waiting(askAgainAt)] : []),
      ]
    }
    case 'no-login':
    case 'profile-not-found':
      return [signIn(id, ref.provider, { known, offered: known ?? situation.view.provider(ref.provider) })]
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

interface SignsIn {
  /** Its provider, where signing in brings it. */
  readonly known: Provider | undefined
  readonly offered: Provider | undefined
}

function signIn(id: string, provider: string, { known, offered }: SignsIn): Change {
  const apply = (now: Situation): Situation => withLogin(known ? bringing(now, known) : now, id, provider)
  // What stands in the settings alone has no sign-in.
  if (offered && !offered.login && !offered.definition?.key) {
    return { words: phrase('change-add-key', { profile: id }), apply }
  }
  const name = profileName({ id, provider })
  const usual = commandLine('openclaw models auth login --provider', provider)
  const run = id === defaultProfile(provider) ? usual : usual && commandLine(`${usual} --profile-id`, name)
  return { words: phrase('change-sign-in', { profile: id }), run, apply }
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
