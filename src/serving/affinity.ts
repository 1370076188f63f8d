/** Which account a conversation began with: it stays there, so that the upstream's prompt cache stays warm. */
import type { Profile } from '../core/credential.ts'
import type { Clock } from '../core/ports.ts'

export interface Affinity {
  /**
   * The home of the conversation comes first, the others as they stood. It is only an order: whoever rests is passed over.
   * `profiles` = all there are of a provider: a home that is none of them any more (renamed, forgotten) ends.
   */
  homeFirst(conversation: string | undefined, profiles: readonly Profile[]): readonly Profile[]
  /** A conversation without a home has it from now on where it was answered. */
  answered(conversation: string | undefined, profile: Profile): void
}

/** Longer than any upstream keeps a prompt. */
const FORGOTTEN_AFTER_MS = 3_600_000
const MOST_REMEMBERED = 20_000

interface Home {
  readonly profile: string
  usedMs: number
}

/** In memory alone: after a restart the caches of the upstreams decide anew where it is warm. */
export function openAffinity(clock: Clock): Affinity {
  // The one used longest ago comes first.
  const homes = new Map<string, Home>()
  const keyOf = (conversation: string, provider: string): string => `${provider} ${conversation}`

  const homeOf = (key: string): Home | undefined => {
    const home = homes.get(key)
    if (!home || clock.monotonicMs() - home.usedMs <= FORGOTTEN_AFTER_MS) return home
    homes.delete(key)
    return undefined
  }

  return {
    homeFirst(conversation, profiles) {
      const [first] = profiles
      if (conversation === undefined || !first) return profiles
      const key = keyOf(conversation, first.provider)
      const home = homeOf(key)
      if (!home) return profiles
      const own = profiles.find(({ id }) => id === home.profile)
      if (own) return [own, ...profiles.filter((profile) => profile !== own)]
      homes.delete(key)
      return profiles
    },

    answered(conversation, { id, provider }) {
      if (conversation === undefined) return
      const key = keyOf(conversation, provider)
      const home = homeOf(key) ?? { profile: id, usedMs: 0 }
      home.usedMs = clock.monotonicMs()
      homes.delete(key)
      homes.set(key, home)
      const [oldest] = homes.keys()
      if (homes.size > MOST_REMEMBERED && oldest !== undefined) homes.delete(oldest)
    },
  }
}
