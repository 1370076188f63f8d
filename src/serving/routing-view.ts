/** What a decision reads, put together from the setup, the logins and the state: all in memory. */
import type { Accounts } from '../accounts/access.ts'
import type { Profile } from '../core/credential.ts'
import { restKey } from '../core/failure.ts'
import type { State, StateView } from '../core/ports.ts'
import type { Settings } from '../core/settings.ts'
import type { Setup } from '../core/setup.ts'
import { quotaLeft } from '../quota/left.ts'
import type { RoutingView } from '../routing/decide.ts'
import type { Doubts } from './doubts.ts'

export interface RoutingMeans {
  readonly setup: Setup
  readonly accounts: Accounts
  readonly state: Pick<State, 'view'>
  readonly doubts: Pick<Doubts, 'isDoubted' | 'isQuotaDoubted' | 'isBeingTried'>
}

export function routingView(
  { setup, accounts, state: { view }, doubts }: RoutingMeans,
  profilesOf: RoutingView['profilesOf'],
  now: Date,
): RoutingView {
  return {
    provider: (id) => setup.providers.get(id),
    waitsForKey: (id) => setup.withoutKey.has(id),
    profilesOf: (provider) => asSeen(profilesOf(provider), accounts),
    loginProblem(profile) {
      // Refused a moment ago, and nothing can renew it: that is no matter of waiting.
      const problem =
        accounts.loginProblem(profile) ?? (isRefused(profile, view) ? accounts.renewalProblem(profile) : undefined)
      // The request that comes when its time has come finds out whether it has passed.
      return problem?.askAgainAt && problem.askAgainAt <= now ? undefined : problem
    },
    quotaLeft: ({ provider, profile }) =>
      provider.quota && quotaLeft(provider.quota, (day) => view.used(profile.id, day), now),
    rest: (key) => view.rest(key),
    isDoubted: (key) => doubts.isDoubted(key),
    isQuotaDoubted: (key) => doubts.isQuotaDoubted(key),
    isBeingTried: (key) => doubts.isBeingTried(key),
    writable: () => view.writable(),
    mayRotate: (provider) => mayRotate(provider, setup.settings),
  }
}

/** Another program's login with what its file holds. */
function asSeen(profiles: readonly Profile[], accounts: Accounts): readonly Profile[] {
  if (!profiles.some(({ outside }) => outside)) return profiles
  return profiles.map((profile) => accounts.asSeen(profile))
}

/** May another account be tried after a spent quota? By `auth.rotate`, or an explicit order. */
export function mayRotate(provider: string, { rotate, profileOrder }: Settings): boolean {
  return rotate || profileOrder.has(provider)
}

function isRefused({ id, provider }: Profile, view: StateView): boolean {
  return view.rest(restKey({ scope: 'account', provider, profile: id }))?.kind === 'auth'
}
