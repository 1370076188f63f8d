/** Which profile first: the person's order, else the default one, then the others as they stand in the files. */
import type { Profile } from '../core/credential.ts'
import { defaultProfile } from '../core/ref.ts'
import type { Settings } from '../core/settings.ts'

export function profilesInOrder(provider: string, settings: Settings): readonly Profile[] {
  const known = worked.get(settings) ?? new Map<string, readonly Profile[]>()
  const before = known.get(provider)
  if (before) return before
  const order = orderAnew(provider, settings)
  worked.set(settings, known.set(provider, order))
  return order
}

/** Every request asks; settings never change, but are read anew. */
const worked = new WeakMap<Settings, Map<string, readonly Profile[]>>()

function orderAnew(provider: string, settings: Settings): readonly Profile[] {
  const own = [...settings.profiles.values()].filter((profile) => profile.provider === provider)
  const order = settings.profileOrder.get(provider) ?? [defaultProfile(provider)]
  const place = (profile: Profile): number => {
    const at = order.indexOf(profile.id)
    return at < 0 ? order.length : at
  }
  return own.toSorted((a, b) => place(a) - place(b))
}
