/** Logins whose secrets were sealed, opened for those who use them; one that cannot be opened says why. */
import type { Profile } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import type { CredentialOpener } from '../core/ports.ts'
import { reasonOf } from '../core/said-error.ts'
import type { Setup } from '../core/setup.ts'

/** What keeps them closed is a problem of the setup, told once; all else serves. */
export async function withOpened(setup: Setup, opener: CredentialOpener): Promise<Setup> {
  const profiles = new Map(setup.settings.profiles)
  const problems = new Map<string, OpenClawError>()
  // One after the other: a passphrase is asked for once.
  for (const [id, profile] of profiles) {
    if (profile.credential?.kind !== 'sealed') continue
    try {
      profiles.set(id, { ...profile, credential: await opener.open(profile.credential, id) })
    } catch (error) {
      if (!(error instanceof OpenClawError)) throw error
      profiles.set(id, locked(profile, error))
      problems.set(error.message, error)
    }
  }
  return {
    ...setup,
    settings: { ...setup.settings, profiles },
    problems: [...setup.problems, ...problems.values()],
  }
}

function locked(profile: Profile, error: OpenClawError): Profile {
  const { credential: _, ...others } = profile
  return { ...others, locked: reasonOf(error) }
}
