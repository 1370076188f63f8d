/** The login that a person means: by its whole id, or by its name where that says enough. */
import type { Profile } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { profileName } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'

/** Throws `login-not-found` or `login-ambiguous`. */
export function profileMeant(
  typed: string,
  { settings: { profiles } }: Pick<Setup, 'settings'>,
  provider?: string,
): Profile {
  const own = [...profiles.values()].filter((profile) => provider === undefined || profile.provider === provider)
  const exact = own.find(({ id }) => id === typed)
  if (exact) return exact
  const named = own.filter((profile) => profileName(profile) === typed)
  const [one, ...more] = named
  if (one && more.length === 0) return one
  if (one) throw new OpenClawError('login-ambiguous', { name: typed, profiles: named.map(({ id }) => id).join(', ') })
  const others = profiles.get(typed)
  if (others && provider !== undefined) {
    throw new OpenClawError('login-of-other', { profile: typed, owner: others.provider, provider })
  }
  const ids = own.map(({ id }) => id)
  const meant = nearest(typed, ids) ?? nearestName(typed, own)
  throw new OpenClawError('login-not-found', { profile: typed, ...(meant && { nearest: meant }) })
}

function nearestName(typed: string, profiles: readonly Profile[]): string | undefined {
  const name = nearest(typed, profiles.map(profileName))
  return profiles.find((profile) => profileName(profile) === name)?.id
}
