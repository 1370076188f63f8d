/** What serving would say of a model just now, without asking anybody. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import { restKeysOf, type Rest } from '../core/failure.ts'
import type { ModelRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import { decide, type RoutingView } from '../routing/decide.ts'
import { routingView } from '../serving/routing-view.ts'
import type { NotReady, RestTold } from './contract.ts'
import type { ProfileMeans } from './profile-status.ts'

export interface Standing {
  /** Undefined = it can be asked. */
  readonly unready?: NotReady
  /** It is asked only for want of others, or not before this is over. */
  readonly rests?: RestTold
}

/** By the settings alone. What another program's file holds nobody has looked at: such a login counts as one. */
export function notReady(ref: ModelRef, setup: Setup): NotReady | undefined {
  return standing(ref, setup, { view: bySettings(setup), now: NEVER }).unready
}

export function standing(
  ref: ModelRef,
  { settings, providers, switchedOff }: Setup,
  { view, now }: { readonly view: RoutingView; readonly now: Date },
): Standing {
  if (!providers.has(ref.provider) && switchedOff.has(ref.provider)) return { unready: 'switched-off' }
  const { candidates, rejected } = decide([ref], { hasImage: false }, view, now)
  const [candidate] = candidates
  if (candidate) {
    const { provider, profile, model } = candidate
    const rest = longest(
      restKeysOf({ provider: provider.id, profile: profile.id, model: model.id }).flatMap(
        (key) => view.rest(key) ?? [],
      ),
      now,
    )
    return rest ? { rests: { cause: rest.kind, until: rest.until.toISOString() } } : {}
  }
  const isElsewhere = profilesInOrder(ref.provider, settings).some(
    ({ id, outside }) => outside && (!ref.profile || id === ref.profile),
  )
  const reason = rejected[0]?.reason
  if (!reason || (reason.kind === 'no-login' && isElsewhere)) return {}
  if (reason.kind !== 'resting') return { unready: reason.kind }
  return { unready: 'resting', rests: { cause: reason.failure, until: reason.until.toISOString() } }
}

/** As things stand: with what rests, what is spent for today, and logins that serve no more. */
export function viewNow({ setup, accounts, state, now }: Omit<ProfileMeans, 'paths'>): RoutingView {
  const nobody = (): boolean => false
  const doubts = { isDoubted: nobody, isQuotaDoubted: nobody, isBeingTried: nobody }
  return routingView({ setup, accounts, state, doubts }, (id) => profilesInOrder(id, setup.settings), now)
}

/** Nothing of it depends on the time. */
const NEVER = new Date(0)

/** As if nothing had ever been asked. */
export function bySettings({ providers, withoutKey, settings }: Setup): RoutingView {
  return {
    provider: (id) => providers.get(id),
    waitsForKey: (id) => withoutKey.has(id),
    profilesOf: (provider) => profilesInOrder(provider, settings),
    loginProblem: () => undefined,
    quotaLeft: () => undefined,
    rest: () => undefined,
    isDoubted: () => false,
    isQuotaDoubted: () => false,
    isBeingTried: () => false,
    writable: () => true,
    mayRotate: () => true,
  }
}

function longest(rests: readonly Rest[], now: Date): Rest | undefined {
  return rests.filter(({ until }) => until > now).toSorted((a, b) => b.until.getTime() - a.until.getTime())[0]
}
