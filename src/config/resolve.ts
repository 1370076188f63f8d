/** What `model` means: an agent, an alias or a ref, as the chain of refs to walk. */
import { nearest } from '../core/nearest.ts'
import { modelIn, type Provider } from '../core/provider.ts'
import { formatRef, parseRef, type ModelRef } from '../core/ref.ts'
import type { Chain, Settings } from '../core/settings.ts'

export type Resolved =
  | { readonly kind: 'ok'; readonly agent: string; readonly refs: readonly ModelRef[] }
  | { readonly kind: 'unset'; readonly agent: string }
  | { readonly kind: 'unknown-agent'; readonly agent: string; readonly nearest?: string }
  | { readonly kind: 'unknown-provider'; readonly provider: string; readonly nearest?: string }
  | { readonly kind: 'unknown-model'; readonly model: string; readonly nearest?: string }

type Providers = ReadonlyMap<string, Provider>

/** The word by which a caller names the default agent, and with `/<id>` another one. */
const AGENT_WORD = 'openclaw'

export function meansAgent(asked: string): boolean {
  return asked === AGENT_WORD || asked.startsWith(`${AGENT_WORD}/`)
}

/**
 * `fallbacks` = the caller's own list, in the place of what would follow; `off` = nothing may follow.
 * `gateway.refFallback` speaks only of what follows a ref or alias by itself.
 */
export function resolveModel(
  asked: string,
  settings: Settings,
  providers: Providers,
  fallbacks?: readonly string[] | 'off',
): Resolved {
  if (meansAgent(asked)) {
    const agent = asked === AGENT_WORD ? settings.defaultAgent : asked.slice(AGENT_WORD.length + 1)
    return resolveAgent(agent, settings, fallbacks)
  }
  const first = resolveName(asked, settings, providers)
  if (first.kind !== 'ok') return first
  const following =
    fallbacks === 'off' || (fallbacks === undefined && !settings.gateway.refFallback)
      ? []
      : (fallbacks ?? chainOf(settings.defaultAgent, settings)?.fallbacks ?? [])
  return { kind: 'ok', agent: settings.defaultAgent, refs: chainRefs([asked, ...following], settings) }
}

export function resolveAgent(agent: string, settings: Settings, fallbacks?: readonly string[] | 'off'): Resolved {
  const chain = chainOf(agent, settings)
  if (!chain) {
    const meant = nearest(agent, [...settings.agents.keys(), 'main'])
    return { kind: 'unknown-agent', agent, ...(meant && { nearest: meant }) }
  }
  if (!chain.primary) return { kind: 'unset', agent }
  const following = fallbacks === 'off' ? [] : (fallbacks ?? chain.fallbacks)
  return { kind: 'ok', agent, refs: chainRefs([chain.primary, ...following], settings) }
}

export function chainOf(agent: string, settings: Settings): Chain | undefined {
  return settings.agents.get(agent) ?? (agent === 'main' ? settings.defaults : undefined)
}

/** Each ref once, in order. A name that is no ref and no alias stays in the chain, to be rejected and told by name. */
export function chainRefs(names: readonly string[], { aliases }: Settings): readonly ModelRef[] {
  const refs = names.map((name) => parseRef(aliases.get(name) ?? name) ?? { provider: name, model: '?' })
  return [...new Map(refs.map((ref) => [formatRef(ref), ref])).values()]
}

export type ResolvedName =
  | { readonly kind: 'ok'; readonly ref: ModelRef }
  | Extract<Resolved, { kind: 'unknown-provider' | 'unknown-model' }>

/** An alias or ref that a person typed: known, or refused with the nearest. */
export function resolveName(name: string, settings: Settings, providers: Providers): ResolvedName {
  const target = settings.aliases.get(name) ?? name
  const ref = parseRef(target)
  if (!ref) {
    const known = [...settings.aliases.keys(), ...refsOf(providers.values())]
    return unknownModel(name, known.find((other) => other.endsWith(`/${name}`)) ?? nearest(name, known))
  }
  const provider = providers.get(ref.provider)
  if (!provider) return notBrought(ref, settings, providers)
  if (modelIn(provider, ref.model)) return { kind: 'ok', ref }
  const others = [...settings.aliases.keys(), ...refsOf(providers.values())]
  return unknownModel(target, nearest(target, refsOf([provider])) ?? nearest(target, others))
}

function notBrought(ref: ModelRef, settings: Settings, providers: Providers): ResolvedName {
  const meant = besideAlias(ref, settings, providers) ?? elsewhere(ref, settings, providers)
  if (meant) return unknownModel(formatRef(ref), meant)
  const alike = nearest(ref.provider, providers.keys())
  return { kind: 'unknown-provider', provider: ref.provider, ...(alike && { nearest: alike }) }
}

/** An alias typed in the provider's place: its provider may have the model, or one like it. */
function besideAlias(ref: ModelRef, { aliases }: Settings, providers: Providers): string | undefined {
  const behind = parseRef(aliases.get(ref.provider) ?? '')
  if (!behind) return undefined
  const right = `${behind.provider}/${ref.model}`
  const provider = providers.get(behind.provider)
  const offered = provider ? refsOf([provider]) : []
  return offered.length === 0 || offered.includes(right) ? right : (nearest(right, offered) ?? formatRef(behind))
}

/** Another provider's model of this id; none for a provider that the settings name, since that one was meant. */
function elsewhere(ref: ModelRef, settings: Settings, providers: Providers): string | undefined {
  if (settings.providers.has(ref.provider)) return undefined
  return refsOf(providers.values()).find((other) => other.endsWith(`/${ref.model}`))
}

function refsOf(providers: Iterable<Provider>): readonly string[] {
  return [...providers].flatMap(({ id, models }) => models.map((model) => `${id}/${model.id}`))
}

function unknownModel(model: string, meant: string | undefined): ResolvedName {
  return { kind: 'unknown-model', model, ...(meant && { nearest: meant }) }
}
