/** Logins that nobody had to make: a key in the environment, or a server that asks for none. */
import type { Profile } from '../core/credential.ts'
import { hostMatches } from '../core/host.ts'
import { keyInEnvironment } from '../core/key-login.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import type { Settings } from '../core/settings.ts'

/** What the settings say of a provider goes first: the environment is looked at only where they hold no credential. */
export function withKeyProfiles(
  settings: Settings,
  definitions: readonly ProviderDefinition[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, Profile> {
  const all = new Map(settings.profiles)
  for (const definition of definitions) {
    const { id, key } = definition
    if (!key) continue
    const own = [...settings.profiles.values()].filter((profile) => profile.provider === id)
    const bare = own.filter((profile) => key.needed && asksForNone(profile, definition, settings))
    for (const profile of bare) all.delete(profile.id)
    if (own.some((profile) => !bare.includes(profile) && (profile.credential ?? profile.missing))) continue
    const login = keyInEnvironment(key, environment)
    if (login) {
      const profile = `${id}:env`
      all.set(profile, {
        id: profile,
        provider: id,
        mode: 'api_key',
        credential: { kind: 'api-key', apiKey: login.key },
        baseUrl: login.place.baseUrl,
        variable: login.variable,
      })
    } else if (!key.needed) {
      const profile = defaultProfile(id)
      all.set(profile, {
        provider: id,
        mode: 'api_key',
        ...all.get(profile),
        id: profile,
        credential: { kind: 'none' },
      })
    }
  }
  return all
}

/** An address with models and no key is somebody's own server, unless it is the provider's: that one wants a key. */
function asksForNone({ credential }: Profile, { id, hosts }: ProviderDefinition, { providers }: Settings): boolean {
  const host = URL.parse(providers.get(id)?.baseUrl ?? '')?.hostname ?? ''
  return credential?.kind === 'none' && hostMatches(host, hosts)
}
