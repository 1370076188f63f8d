/** The acts `models auth order`: in which order the logins of a provider are asked. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import { valueAt } from '../config/merge.ts'
import { orderEdits } from '../config/profile-edits.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Setup } from '../core/setup.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { ProfileOrder, ProfileOrders, ProfileOrderSet } from './contract.ts'
import { profileMeant } from './find-profile.ts'
import { providersOf } from './logins.ts'

export interface OrderMeans {
  readonly setup: Setup
  readonly openclawJson: SettingsFile
}

/** Of one provider, or of all that have a login. */
export async function* getOrder(
  { provider }: { readonly provider?: string },
  setup: Setup,
): AsyncGenerator<never, ProfileOrders> {
  const providers = provider === undefined ? providersOf(setup) : [known(provider, setup)]
  return { schema: 1, orders: Object.fromEntries(providers.map((id) => [id, orderOf(id, setup)])) }
}

/** Logins that are not named come after those that are. Each is written by its whole id, once. */
export async function* setOrder(
  wish: { readonly provider: string; readonly profiles: readonly string[] },
  { setup, openclawJson }: OrderMeans,
): AsyncGenerator<never, ProfileOrderSet> {
  const provider = known(wish.provider, setup)
  const ids = [...new Set(wish.profiles.map((typed) => profileMeant(typed, setup, provider).id))]
  const { changed } = await openclawJson.edit(({ text }) => orderEdits(parseJson5(text), provider, ids))
  const after = { ...setup.settings, profileOrder: new Map([...setup.settings.profileOrder, [provider, ids]]) }
  return { provider, ...orderOf(provider, { settings: after }), changed, file: openclawJson.path }
}

/** Back to the order that holds by itself: the default login first. */
export async function* clearOrder(
  wish: { readonly provider: string },
  { setup, openclawJson }: OrderMeans,
): AsyncGenerator<never, ProfileOrderSet> {
  const provider = known(wish.provider, setup)
  const { changed } = await openclawJson.edit(({ text }) => orderEdits(parseJson5(text), provider, []))
  const below = valueAt(setup.lower, ['auth', 'order', provider])
  const remains = Array.isArray(below) ? below.map(String) : undefined
  const profileOrder = new Map([...setup.settings.profileOrder].filter(([id]) => id !== provider))
  if (remains) profileOrder.set(provider, remains)
  return {
    provider,
    ...orderOf(provider, { settings: { ...setup.settings, profileOrder } }),
    changed,
    file: openclawJson.path,
  }
}

function orderOf(provider: string, { settings }: Pick<Setup, 'settings'>): ProfileOrder {
  return {
    profiles: profilesInOrder(provider, settings).map(({ id }) => id),
    set: settings.profileOrder.get(provider) ?? null,
  }
}

/** One that has a login, or could have one. */
function known(provider: string, setup: Setup): string {
  const { settings, providers, switchedOff, withoutKey } = setup
  const ids = new Set([
    ...providersOf(setup),
    ...providers.keys(),
    ...settings.profileOrder.keys(),
    ...switchedOff.keys(),
    ...withoutKey.keys(),
  ])
  if (ids.has(provider)) return provider
  const meant = nearest(provider, ids)
  throw new OpenClawError('provider-not-found', { provider, ...(meant && { nearest: meant }) })
}
