/** What serving would say of a model just now, by the settings alone: nothing is asked, and what rests counts as ready. */
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { RejectionReason } from '../core/decision.ts'
import type { ModelRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import { decide, type RoutingView } from '../routing/decide.ts'

/** Why a request for it would come to nothing. */
export type NotReady = RejectionReason['kind'] | 'switched-off' | 'not-chosen'

/** Undefined = it can be asked. What another program's file holds nobody has looked at: such a login counts as one. */
export function notReady(ref: ModelRef, setup: Setup): NotReady | undefined {
  const { settings, providers, withoutKey, switchedOff } = setup
  if (!providers.has(ref.provider) && switchedOff.has(ref.provider)) return 'switched-off'
  const profilesOf = (provider: string) => profilesInOrder(provider, settings)
  const { candidates, rejected } = decide(
    [ref],
    { hasImage: false },
    viewOf({ providers, withoutKey }, profilesOf),
    NEVER,
  )
  if (candidates.length > 0) return undefined
  const isElsewhere = profilesOf(ref.provider).some(
    ({ id, outside }) => outside && (!ref.profile || id === ref.profile),
  )
  const kind = rejected[0]?.reason.kind
  return kind === 'no-login' && isElsewhere ? undefined : kind
}

/** Nothing of it depends on the time. */
const NEVER = new Date(0)

function viewOf(
  { providers, withoutKey }: Pick<Setup, 'providers' | 'withoutKey'>,
  profilesOf: RoutingView['profilesOf'],
): RoutingView {
  return {
    provider: (id) => providers.get(id),
    waitsForKey: (id) => withoutKey.has(id),
    profilesOf,
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
