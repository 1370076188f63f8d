/** Which of the plugins that nobody enabled are on, since a key for them is there. */
import type { Settings } from '../core/settings.ts'
import type { Manifest } from '../plugin-host/manifests.ts'

export interface ByKey {
  readonly on: readonly Manifest[]
  /** They need only a key, and there is none; the one to begin with comes first. */
  readonly waiting: readonly Manifest[]
  /** They need `plugins enable`, or somebody switched them off. */
  readonly others: readonly Manifest[]
}

export function byKey(
  off: readonly Manifest[],
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): ByKey {
  const isOpen = ({ id, providers }: Manifest): boolean =>
    providers.some(({ key }) => key) && settings.plugins.get(id)?.enabled !== false
  const inSettings = (provider: string): boolean =>
    settings.providers.has(provider) || [...settings.profiles.values()].some((profile) => profile.provider === provider)
  const hasKey = ({ providers }: Manifest): boolean =>
    providers.some(({ id, key }) => key && (inSettings(id) || key.env.some((name) => environment[name]?.trim())))
  return {
    on: off.filter((manifest) => isOpen(manifest) && hasKey(manifest)),
    waiting: off
      .filter((manifest) => isOpen(manifest) && !hasKey(manifest))
      .toSorted((a, b) => Number(isSuggested(b)) - Number(isSuggested(a))),
    others: off.filter((manifest) => !isOpen(manifest)),
  }
}

function isSuggested({ providers }: Manifest): boolean {
  return providers.some(({ key }) => key?.isSuggested)
}
