/** The acts `models auth list` and `models auth status`: which logins there are, and all that is known of each. */
import { lastRefresh } from '../accounts/refresh-times.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Profile } from '../core/credential.ts'
import type { Rest } from '../core/failure.ts'
import { saidFrom } from '../core/phrase.ts'
import type { Setup } from '../core/setup.ts'
import type { LoginDetails, LoginRow, Logins } from './contract.ts'
import { profileMeant } from './find-profile.ts'
import { profileStatuses, type ProfileMeans } from './profile-status.ts'

/** By provider, in the order in which they are asked. */
export async function* listLogins(
  wish: { readonly provider?: string },
  means: ProfileMeans,
): AsyncGenerator<never, Logins<LoginRow>> {
  const { provider } = wish
  const rows = await rowsOf(means)
  return { schema: 1, profiles: provider === undefined ? rows : rows.filter((row) => row.provider === provider) }
}

/** Of one login, or of all. Throws `login-not-found`. */
export async function* showLogins(
  wish: { readonly profile?: string; readonly provider?: string },
  means: ProfileMeans,
): AsyncGenerator<never, Logins<LoginDetails>> {
  const { setup, state } = means
  const { profile: typed, provider } = wish
  const only = typed === undefined ? undefined : profileMeant(typed, setup, provider).id
  const rests = await state.cooldowns.list()
  const details = (await rowsOf(means)).flatMap((row) => {
    const profile = setup.settings.profiles.get(row.id)
    if (!profile || (only !== undefined && row.id !== only)) return []
    return provider === undefined || row.provider === provider ? [detailsOf(row, profile, { means, rests })] : []
  })
  return { schema: 1, profiles: await Promise.all(details) }
}

async function detailsOf(
  row: LoginRow,
  profile: Profile,
  { means, rests }: { readonly means: ProfileMeans; readonly rests: readonly Rest[] },
): Promise<LoginDetails> {
  const { accounts, state } = means
  const credential = accounts.current(profile)
  const refreshedAt = await lastRefresh(profile.id, state.notes)
  const isOAuth = credential?.kind === 'oauth'
  return {
    ...row,
    ...(isOAuth && {
      renewable: credential.refreshToken !== undefined && accounts.renewalProblem(profile) === undefined,
    }),
    ...(refreshedAt !== undefined && { refreshedAt }),
    rests: rests
      .filter((rest) => concerns(rest, profile))
      .map(({ scope, model, kind, evidence, since, until }) => ({
        scope,
        ...(scope !== 'account' && model !== undefined && { model }),
        kind,
        reason: saidFrom(evidence),
        since: since.toISOString(),
        until: until.toISOString(),
      })),
  }
}

/** What rests with a model or its provider rests for every login of that provider. */
function concerns({ scope, provider, profile }: Rest, { id, provider: own }: Profile): boolean {
  return provider === own && (scope === 'account' || scope === 'account-and-model' ? profile === id : true)
}

async function rowsOf(means: ProfileMeans): Promise<readonly LoginRow[]> {
  const statuses = await profileStatuses(means)
  return providersOf(means.setup).flatMap((provider) =>
    profilesInOrder(provider, means.setup.settings).flatMap(({ id }, at): LoginRow[] => {
      const status = statuses.get(id)
      return status ? [{ id, ...status, place: at + 1 }] : []
    }),
  )
}

/** Those that have a login, in the order of their ids. */
export function providersOf({ settings: { profiles } }: Setup): readonly string[] {
  return [...new Set([...profiles.values()].map(({ provider }) => provider))].toSorted()
}
