/** `models.providers` as core's ProviderSettings. */
import type { ModelDefinition, ProviderSettings } from '../core/provider.ts'
import { valueAt } from './merge.ts'
import { API_DIALECTS, type RawModel, type RawProvider, type RawSettings } from './schema.ts'

export function providersFrom(
  raw: RawSettings,
  files: { readonly upper: unknown },
  unset: readonly { readonly path: readonly string[]; readonly variable: string }[],
): ReadonlyMap<string, ProviderSettings> {
  return new Map(
    Object.entries(raw.models?.providers ?? {}).map(([id, provider]) => {
      const unsetVariables = unset
        .filter(({ path }) => path[0] === 'models' && path[1] === 'providers' && path[2] === id)
        .map(({ variable }) => variable)
      const baseUrlIsChosen = valueAt(files.upper, ['models', 'providers', id, 'baseUrl']) !== undefined
      return [id, providerFrom(id, provider, { unsetVariables, baseUrlIsChosen })]
    }),
  )
}

function providerFrom(
  id: string,
  raw: RawProvider,
  known: Pick<ProviderSettings, 'unsetVariables' | 'baseUrlIsChosen'>,
): ProviderSettings {
  const dialect = raw.api === undefined ? undefined : API_DIALECTS.get(raw.api)
  return {
    id,
    ...known,
    ...(raw.baseUrl && { baseUrl: raw.baseUrl }),
    ...(raw.oauthBaseUrl && { oauthBaseUrl: raw.oauthBaseUrl }),
    ...(raw.clientId && { clientId: raw.clientId }),
    ...(dialect && { dialect }),
    ...(raw.api !== undefined && !dialect && { unknownApi: raw.api }),
    ...(raw.models && { models: raw.models.map(modelFrom) }),
    ...(raw.quota && {
      quota: {
        ...(raw.quota.requestsPerDay !== undefined && { requestsPerDay: raw.quota.requestsPerDay }),
        ...(raw.quota.requestsPerMinute !== undefined && { requestsPerMinute: raw.quota.requestsPerMinute }),
        ...(raw.quota.timeZone && { timeZone: raw.quota.timeZone }),
      },
    }),
  }
}

function modelFrom(raw: RawModel): ModelDefinition {
  if (typeof raw === 'string') return { id: raw }
  return {
    id: raw.id,
    ...(raw.name && { name: raw.name }),
    ...(raw.input && { input: raw.input }),
    ...(raw.contextWindow && { contextWindow: raw.contextWindow }),
    ...(raw.maxTokens && { maxTokens: raw.maxTokens }),
  }
}
