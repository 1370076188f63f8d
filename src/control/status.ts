/** The act `models status`: default, chain, logins with their true states, what is left of the day. */
import { secretsIn } from '../config/secret-slots.ts'
import type { Profile } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Provider } from '../core/provider.ts'
import { retirementAt } from '../core/retirement.ts'
import { inLanguage, type Language } from '../core/text.ts'
import { quotaLeft } from '../quota/left.ts'
import { modeOpenToOthers } from '../stores/files/open-to-others.ts'
import { loadWords } from '../texts/index.ts'
import { chainLinks } from './chain.ts'
import { checkLogins } from './check-logins.ts'
import type { ExistingLogin, ModelsStatus, ProbeResult, QuotaStatus } from './contract.ts'
import { networkStatus } from './network-status.ts'
import { profileStatuses, type ProfileMeans } from './profile-status.ts'
import { viewNow } from './readiness.ts'
import type { AskedServer } from './servers.ts'

export interface StatusMeans extends ProfileMeans {
  /** Where HTTPS_PROXY and its kin are read. */
  readonly environment: NodeJS.ProcessEnv
  readonly language: Language
  /** Providers that the settings name and that are not on. */
  readonly off: readonly Provider[]
  /** Those in use that tell their own models, as they answered just now. */
  readonly servers: readonly AskedServer[]
  /** Logins of other programs, which nobody uses here. */
  readonly existing: readonly ExistingLogin[]
  readonly check: boolean
  /** What a call with each login in use came to, where they were asked. */
  readonly probed?: Readonly<Record<string, ProbeResult>>
}

export async function* modelsStatus(means: StatusMeans): AsyncGenerator<never, ModelsStatus> {
  const { setup, paths, language, off, servers, existing } = means
  const { settings, providers } = setup
  const profiles = [...settings.profiles.values()]
  const statuses = Object.fromEntries(await profileStatuses(means))
  return {
    schema: 1,
    configPath: paths.openclawJson,
    default: settings.defaults.primary ?? null,
    fallbacks: settings.defaults.fallbacks,
    imageModel: settings.imageModel ?? null,
    imageFallbacks: settings.imageFallbacks,
    chain: chainLinks(setup, off, { ...means, view: viewNow(means) }),
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
      profiles: statuses,
      existing,
    },
    network: networkStatus(setup, means.environment),
    ...(means.check && { check: checkLogins(setup, statuses, means.probed) }),
    ...(means.probed && { probe: means.probed }),
    problems: [...setup.problems, ...openFiles(means)],
    warnings: setup.warnings.map(({ path, nearest }) => (nearest ? `${path} (${nearest}?)` : path)),
    refusedPlugins: await refusedPlugins(means),
  }
}

/** What a gateway would narrow at its start, and what only the person should. */
function openFiles({ setup, paths }: StatusMeans): readonly OpenClawError[] {
  const held = [
    [paths.openclawJson, setup.upper],
    [paths.modelsJson, setup.lower],
  ] as const
  return held.flatMap(([file, values]) => {
    const mode = secretsIn(values).length > 0 ? modeOpenToOthers(file) : undefined
    return mode === undefined ? [] : [new OpenClawError('file-open', { file, mode })]
  })
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

function answering(
  { id }: Provider,
  servers: readonly AskedServer[],
): { readonly answers?: boolean; readonly answeredStatus?: number } {
  const listing = servers.find((server) => server.provider === id)?.listing
  if (listing?.kind !== 'silent') return listing ? { answers: true } : {}
  return { answers: false, ...(listing.status !== undefined && { answeredStatus: listing.status }) }
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
