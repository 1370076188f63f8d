/** The act `models status`: default, chain, logins with their true states, what is left of the day. */
import { EARLY_MS, type Accounts } from '../accounts/access.ts'
import { valueAt } from '../config/merge.ts'
import type { Profile } from '../core/credential.ts'
import { restKey } from '../core/failure.ts'
import { saidFrom, type Said } from '../core/phrase.ts'
import type { State } from '../core/ports.ts'
import { addressOf, type Provider } from '../core/provider.ts'
import { defaultProfile } from '../core/ref.ts'
import { retirementAt } from '../core/retirement.ts'
import type { Setup, StatePaths } from '../core/setup.ts'
import { inLanguage, type Language } from '../core/text.ts'
import { quotaLeft } from '../quota/left.ts'
import { loadWords } from '../texts/index.ts'
import { chainLinks } from './chain.ts'
import type { ModelsStatus, ProfileStatus, QuotaStatus } from './contract.ts'
import { networkStatus } from './network-status.ts'
import type { AskedServer } from './servers.ts'

export interface StatusMeans {
  readonly setup: Setup
  readonly state: State
  readonly accounts: Accounts
  readonly paths: StatePaths
  /** Where HTTPS_PROXY and its kin are read. */
  readonly environment: NodeJS.ProcessEnv
  readonly now: Date
  readonly language: Language
  /** Providers that the settings name and that are not on. */
  readonly off: readonly Provider[]
  /** Those in use that tell their own models, as they answered just now. */
  readonly servers: readonly AskedServer[]
}

const EXPIRING_MS = 24 * 3_600_000

export async function* modelsStatus(means: StatusMeans): AsyncGenerator<never, ModelsStatus> {
  const { setup, paths, language, off, servers } = means
  const { settings, providers } = setup
  const profiles = [...settings.profiles.values()]
  const obstacles = await obstaclesOf(profiles, means)
  return {
    schema: 1,
    configPath: paths.openclawJson,
    default: settings.defaults.primary ?? null,
    fallbacks: settings.defaults.fallbacks,
    imageModel: settings.imageModel ?? null,
    imageFallbacks: settings.imageFallbacks,
    chain: chainLinks(setup, off, means),
    aliases: Object.fromEntries(settings.aliases),
    providers: Object.fromEntries(
      [...providers.values()].map((provider) => [
        provider.id,
        {
          label: inLanguage(provider.label, language),
          baseUrl: provider.baseUrl ?? null,
          models: provider.models.length,
          ...retiredSince(provider),
          ...answering(provider, servers),
        },
      ]),
    ),
    quota: Object.fromEntries(profiles.flatMap((profile) => quotaRow(profile, means))),
    auth: {
      order: Object.fromEntries(settings.profileOrder),
      profiles: Object.fromEntries(
        profiles.map((profile) => [profile.id, profileStatus(profile, means, obstacles.get(profile.id))]),
      ),
    },
    network: networkStatus(setup, means.environment),
    problems: setup.problems,
    warnings: setup.warnings.map(({ path, nearest }) => (nearest ? `${path} (${nearest}?)` : path)),
    refusedPlugins: await refusedPlugins(means),
  }
}

async function refusedPlugins({ setup, language }: StatusMeans): Promise<ModelsStatus['refusedPlugins']> {
  if (setup.refused.length === 0) return {}
  const { say } = await loadWords(language)
  return Object.fromEntries(
    setup.refused.map(({ plugin, error }) => [plugin, { problem: say(error), ...(error.run && { run: error.run }) }]),
  )
}

function retiredSince(provider: Provider): { readonly retiredSince?: string } {
  const retired = retirementAt(provider, provider.baseUrl)
  return retired ? { retiredSince: retired.since } : {}
}

function answering({ id }: Provider, servers: readonly AskedServer[]): { readonly answers?: boolean } {
  const asked = servers.find((server) => server.provider === id)
  return asked ? { answers: asked.listing.kind !== 'silent' } : {}
}

function quotaRow(profile: Profile, { setup, state, now, language }: StatusMeans): [string, QuotaStatus][] {
  const policy = setup.providers.get(profile.provider)?.quota
  if (!policy) return []
  const { used, limit, resetsAt, timeZone } = quotaLeft(policy, (day) => state.view.used(profile.id, day), now)
  return [
    [
      profile.id,
      {
        used,
        limit,
        resetsAt: resetsAt.toISOString(),
        timeZone,
        countedBy: 'openclaw',
        ...(policy.requestsPerMinute !== undefined && { requestsPerMinute: policy.requestsPerMinute }),
        ...(policy.source && { source: inLanguage(policy.source, language) }),
      },
    ],
  ]
}

/** What stops those from being renewed whose time has come; asked of the disk, so only then. */
async function obstaclesOf(
  profiles: readonly Profile[],
  { accounts, now }: StatusMeans,
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

function profileStatus(profile: Profile, means: StatusMeans, obstacle: Said | undefined): ProfileStatus {
  const { setup, paths } = means
  const provider = setup.providers.get(profile.provider)
  const baseUrl = provider && addressOf(provider, profile)
  const inModelsJson =
    profile.id === defaultProfile(profile.provider)
      ? valueAt(setup.lower, ['models', 'providers', profile.provider]) !== undefined &&
        valueAt(setup.upper, ['models', 'providers', profile.provider, 'apiKey']) === undefined
      : valueAt(setup.lower, ['auth', 'profiles', profile.id]) !== undefined
  return {
    provider: profile.provider,
    mode: profile.mode,
    ...(profile.email && { email: profile.email }),
    ...(obstacle !== undefined && { reason: obstacle }),
    ...stateOf(profile, means),
    ...(baseUrl && { baseUrl }),
    source: profile.variable ? `\${${profile.variable}}` : inModelsJson ? paths.modelsJson : paths.openclawJson,
  }
}

function stateOf(
  profile: Profile,
  { accounts, state, now }: StatusMeans,
): Pick<ProfileStatus, 'state' | 'expiresAt' | 'reason' | 'until'> {
  if (profile.missing) return { state: 'unset-variable', reason: profile.missing.variable }
  const credential = accounts.current(profile)
  if (!credential) return { state: 'needs-login' }
  const expiresAt = credential.kind === 'oauth' ? { expiresAt: credential.expiresAt.toISOString() } : {}
  const problem = accounts.loginProblem(profile)
  if (problem) return { state: 'needs-login', reason: problem.evidence, ...expiresAt }
  const unrenewable = accounts.renewalProblem(profile)
  const rest = state.view.rest(restKey({ scope: 'account', provider: profile.provider, profile: profile.id }))
  if (rest && rest.until > now) {
    // Refused now, and nothing can renew it: no rest helps.
    if (rest.kind === 'auth' && unrenewable) return { state: 'needs-login', reason: unrenewable.evidence, ...expiresAt }
    const kind = rest.kind === 'auth-retired' ? 'plan-retired' : 'resting'
    return { state: kind, reason: saidFrom(rest.evidence), until: rest.until.toISOString(), ...expiresAt }
  }
  if (credential.kind !== 'oauth') return { state: 'ok' }
  const leftMs = credential.expiresAt.getTime() - now.getTime()
  if (unrenewable) return { state: 'expiring', reason: unrenewable.evidence, ...expiresAt }
  if (leftMs > 0 && (credential.refreshToken || leftMs > EXPIRING_MS)) return { state: 'ok', ...expiresAt }
  if (credential.refreshToken) return { state: 'refreshable', ...expiresAt }
  return { state: leftMs > 0 ? 'expiring' : 'expired', ...expiresAt }
}
