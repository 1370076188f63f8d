/** What a login is worth now: one word for its state, and what is known of it; the same for every command. */
import { EARLY_MS, type Accounts } from '../accounts/access.ts'
import { lastRefresh } from '../accounts/refresh-times.ts'
import { valueAt } from '../config/merge.ts'
import type { Profile } from '../core/credential.ts'
import { restKey } from '../core/failure.ts'
import { phrase, saidFrom, type Said } from '../core/phrase.ts'
import type { State } from '../core/ports.ts'
import { addressOf } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import type { Setup, StatePaths } from '../core/setup.ts'
import type { ProfileStatus } from './contract.ts'

export interface ProfileMeans {
  readonly setup: Setup
  readonly state: State
  readonly accounts: Accounts
  readonly paths: StatePaths
  readonly now: Date
}

const EXPIRING_MS = 24 * 3_600_000

/** By profile id, in the order of the settings. */
export async function profileStatuses(means: ProfileMeans): Promise<ReadonlyMap<string, ProfileStatus>> {
  const { setup, accounts } = means
  await accounts.look(setup.providers, setup.settings.profiles.values())
  const profiles = [...setup.settings.profiles.values()].map((profile) => accounts.asSeen(profile))
  const [obstacles, refused] = await Promise.all([obstaclesOf(profiles, means), refusedAnew(profiles, means)])
  return new Map(
    profiles.map((profile) => {
      const { id } = profile
      return [id, profileStatus(profile, means, { obstacle: obstacles.get(id), isRefusedAnew: refused.has(id) })]
    }),
  )
}

/** What stands against a renewal: something on this machine, or that the last one did not help. */
interface Against {
  readonly obstacle: Said | undefined
  readonly isRefusedAnew: boolean
}

/** A request renews its token at a 401, and asks at once with the new one: a rest that begins so soon is about that one. */
const ANEW_MS = 60_000

/** Whose token was refused although it had just been renewed. */
async function refusedAnew(profiles: readonly Profile[], { state, now }: ProfileMeans): Promise<ReadonlySet<string>> {
  const refused = new Set<string>()
  for (const { id, provider } of profiles) {
    const rest = state.view.rest(restKey({ scope: 'account', provider, profile: id }))
    if (rest?.kind !== 'auth' || rest.until <= now) continue
    const renewed = Date.parse((await lastRefresh(id, state.notes)) ?? '')
    const afterMs = rest.since.getTime() - renewed
    if (afterMs >= 0 && afterMs < ANEW_MS) refused.add(id)
  }
  return refused
}

/** What stops those from being renewed whose time has come; asked of the disk, so only then. */
async function obstaclesOf(
  profiles: readonly Profile[],
  { accounts, now }: ProfileMeans,
): Promise<ReadonlyMap<string, Said>> {
  const found = new Map<string, Said>()
  for (const profile of profiles) {
    const credential = accounts.current(profile)
    if (credential?.kind !== 'oauth' || !credential.refreshToken || accounts.renewalProblem(profile)) continue
    if (credential.expiresAt.getTime() - now.getTime() > EARLY_MS) continue
    const obstacle = await accounts.obstacle(profile)
    if (obstacle !== undefined) found.set(profile.id, obstacle)
  }
  return found
}

function profileStatus(profile: Profile, means: ProfileMeans, found: Against): ProfileStatus {
  const { setup } = means
  const provider = setup.providers.get(profile.provider)
  const baseUrl = provider && addressOf(provider, profile)
  const program = profile.outside && provider?.definition?.outside?.program
  return {
    provider: profile.provider,
    mode: profile.mode,
    ...(profile.label && { label: profile.label }),
    ...(profile.email && { email: profile.email }),
    ...stateOf(profile, means, found),
    ...(baseUrl && { baseUrl }),
    ...(program && { program }),
    source: sourceOf(profile, means),
  }
}

/** The file that carries the credential, or the variable. */
function sourceOf(profile: Profile, { setup, paths }: ProfileMeans): string {
  if (profile.outside?.file) return profile.outside.file
  if (profile.variable) return `\${${profile.variable}}`
  const inModelsJson =
    profile.id === defaultProfile(profile.provider)
      ? valueAt(setup.lower, ['models', 'providers', profile.provider]) !== undefined &&
        valueAt(setup.upper, ['models', 'providers', profile.provider, 'apiKey']) === undefined
      : valueAt(setup.lower, ['auth', 'profiles', profile.id]) !== undefined
  return inModelsJson ? paths.modelsJson : paths.openclawJson
}

type StateOf = Pick<ProfileStatus, 'state' | 'expiresAt' | 'reason' | 'until'>

function stateOf(profile: Profile, means: ProfileMeans, { obstacle, isRefusedAnew }: Against): StateOf {
  const { accounts, state, now } = means
  if (profile.missing) return { state: 'unset-variable', reason: profile.missing.variable }
  if (profile.locked !== undefined) return { state: 'locked', reason: profile.locked }
  const credential = accounts.current(profile)
  if (!credential) {
    const reason = accounts.loginProblem(profile)?.evidence
    return { state: 'needs-login', ...(reason !== undefined && { reason }) }
  }
  const expiresAt = credential.kind === 'oauth' ? { expiresAt: credential.expiresAt.toISOString() } : {}
  const problem = accounts.loginProblem(profile)
  if (problem) return { state: 'needs-login', reason: problem.evidence, ...expiresAt }
  const unrenewable = accounts.renewalProblem(profile)
  const rest = state.view.rest(restKey({ scope: 'account', provider: profile.provider, profile: profile.id }))
  const leftMs = credential.kind === 'oauth' ? credential.expiresAt.getTime() - now.getTime() : 0
  const isPair = credential.kind === 'oauth' && credential.refreshToken !== undefined
  const against = obstacle ?? (isPair ? withoutLogin(profile, means) : undefined)
  const renews = isPair && !unrenewable && against === undefined
  if (rest && rest.until > now) {
    // Refused, and nothing can renew it: no rest helps.
    if (rest.kind === 'auth' && (!renews || isRefusedAnew)) {
      const reason = unrenewable?.evidence ?? against ?? saidFrom(rest.evidence)
      const isStuck = against !== undefined && leftMs <= 0
      return { state: isStuck && !unrenewable ? 'expired' : 'needs-login', reason, ...expiresAt }
    }
    const kind = rest.kind === 'auth-retired' ? 'plan-retired' : 'resting'
    return { state: kind, reason: saidFrom(rest.evidence), until: rest.until.toISOString(), ...expiresAt }
  }
  if (credential.kind !== 'oauth') return { state: 'ok' }
  if (unrenewable) return { state: 'expiring', reason: unrenewable.evidence, ...expiresAt }
  if (leftMs > 0 && (renews || leftMs > EXPIRING_MS)) return { state: 'ok', ...expiresAt }
  if (renews) return { state: 'refreshable', ...expiresAt }
  return {
    state: leftMs > 0 ? 'expiring' : 'expired',
    ...(against !== undefined && { reason: against }),
    ...expiresAt,
  }
}

/** Who would renew it is not there. */
function withoutLogin({ provider }: Profile, { setup }: ProfileMeans): Said | undefined {
  if (setup.providers.get(provider)?.login) return undefined
  const plugin = setup.switchedOff.get(provider)
  return plugin === undefined ? phrase('no-login-way') : phrase('provider-off', { provider, plugin })
}
