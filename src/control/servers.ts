/** Servers that tell their own models, asked while a person looks: those in use, and those found on this machine. */
import type { Credential, Profile } from '../core/credential.ts'
import { addressOf, type Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { KeyCheckMeans } from '../serving/check-key.ts'
import type { Listing } from '../serving/listed-models.ts'

export interface AskedServer {
  readonly provider: string
  readonly baseUrl: string
  /** The login flag that names it, where it is not in use yet. */
  readonly server?: string
  readonly listing: Listing
}

export interface ServerMeans extends Omit<KeyCheckMeans, 'http' | 'clock'> {
  /** Loaded when there is one to ask. */
  readonly http: () => Promise<KeyCheckMeans['http']>
}

/** Of each provider that is on, the server of its first login. */
export async function askServersInUse(setup: Setup, means: ServerMeans): Promise<readonly AskedServer[]> {
  const inUse = [...setup.providers.values()].flatMap((provider) => {
    const [profile] = profilesInOrder(provider.id, setup.settings)
    const baseUrl = profile && addressOf(provider, profile)
    return provider.definition?.listsModels && baseUrl ? [{ provider, baseUrl, credential: credentialOf(profile) }] : []
  })
  return Promise.all(
    inUse.map(async ({ provider, baseUrl, credential }) => ({
      provider: provider.id,
      baseUrl,
      listing: await asked(provider, baseUrl, { credential, means }),
    })),
  )
}

/** Of providers that are not on, every place that answers. */
export async function findServers(off: readonly Provider[], means: ServerMeans): Promise<readonly AskedServer[]> {
  const places = off.flatMap((provider) =>
    provider.definition?.listsModels
      ? (provider.definition.key?.places ?? []).map((place) => ({ provider, place }))
      : [],
  )
  const found = await Promise.all(
    places.map(async ({ provider, place }) => ({
      provider: provider.id,
      baseUrl: place.baseUrl,
      ...(place.flags.server && { server: place.flags.server }),
      listing: await asked(provider, place.baseUrl, { credential: { kind: 'none' }, means }),
    })),
  )
  return found.filter(({ listing }) => listing.kind === 'models')
}

async function asked(
  { definition, proxy }: Provider,
  baseUrl: string,
  { credential, means }: { readonly credential: Credential; readonly means: ServerMeans },
): Promise<Listing> {
  if (!definition) return { kind: 'silent' }
  // Most people have no such server: then nothing of this is loaded.
  const { listedModels } = await import('../serving/listed-models.ts')
  return listedModels(
    { definition, baseUrl, credential, ...(proxy && { proxy }) },
    { ...means, http: await means.http() },
  )
}

function credentialOf({ credential }: Profile): Credential {
  return credential ?? { kind: 'none' }
}
