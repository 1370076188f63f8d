/** `models.providers` as core's ProviderSettings. */
import type { Limits } from '../core/network.ts'
import type { ModelDefinition, ProviderSettings } from '../core/provider.ts'
import { valueAt } from './merge.ts'
import { proxyFrom } from './proxy.ts'
import { API_DIALECTS, type RawLimits, type RawModel, type RawProvider, type RawSettings } from './schema.ts'

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
      const proxy =
        provider.proxy === undefined
          ? {}
          : { proxy: proxyFrom(provider.proxy, ['models', 'providers', id, 'proxy'], unset) }
      return [id, { ...providerFrom(id, provider, { unsetVariables, baseUrlIsChosen }), ...proxy }]
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
    ...(raw.limits && { limits: limitsFrom(raw.limits) }),
    ...(raw.quota && {
      quota: {
        ...(raw.quota.requestsPerDay !== undefined && { requestsPerDay: raw.quota.requestsPerDay }),
        ...(raw.quota.requestsPerMinute !== undefined && { requestsPerMinute: raw.quota.requestsPerMinute }),
        ...(raw.quota.timeZone && { timeZone: raw.quota.timeZone }),
      },
    }),
  }
}

/** Those that were set. */
export function limitsFrom(raw: RawLimits = {}): Partial<Limits> {
  return {
    ...(raw.connectMs && { connectMs: raw.connectMs }),
    ...(raw.firstEventMs && { firstEventMs: raw.firstEventMs }),
    ...(raw.answerMs && { answerMs: raw.answerMs }),
    ...(raw.idleMs && { idleMs: raw.idleMs }),
    ...(raw.streamMs && { streamMs: raw.streamMs }),
  }
}

function modelFrom(raw: RawModel): ModelDefinition {
  if (typeof raw === 'string') return { id: raw }
  return {
    id: raw.id,
    ...(raw.name && { name: raw.name }),
    ...(raw.input && { input: raw.input }),
    ...(raw.tools !== undefined && { tools: raw.tools }),
    ...(raw.contextWindow && { contextWindow: raw.contextWindow }),
    ...(raw.maxTokens && { maxTokens: raw.maxTokens }),
  }
}
