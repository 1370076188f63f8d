/** Whom a request means, as refs to walk; or the trouble that stands in the way, with its remedy. */
import { chainRefs, meansAgent, resolveAgent, resolveModel, type Resolved } from '../config/resolve.ts'
import { OpenClawError, type ErrorParams } from '../core/errors.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import { retirementAt } from '../core/retirement.ts'
import type { Settings } from '../core/settings.ts'
import { providerNotFound, type Setup } from '../core/setup.ts'

export interface Wanted {
  readonly agent: string
  readonly refs: readonly ModelRef[]
}

export interface WantedBy {
  /** Undefined = the agent's own model. */
  readonly model?: string
  readonly agent?: string
  readonly fallbacks?: readonly string[] | 'off'
  readonly hasImage: boolean
}

export function wanted(wish: WantedBy, setup: Setup): Wanted {
  const { model, agent, fallbacks } = wish
  const { settings, providers } = setup
  const resolved =
    model === undefined
      ? resolveAgent(agent ?? settings.defaultAgent, settings, fallbacks)
      : resolveModel(model, settings, providers, fallbacks)
  if (resolved.kind !== 'ok') throw trouble(resolved, setup)
  return { agent: resolved.agent, refs: withSight(resolved.refs, wish, settings) }
}

/**
 * Where the person said which model is for pictures, an agent's pictures go there; where the caller named a model, that
 * one stands before it, for it may see. The chain for pictures stands before the other fallbacks; a caller's word on
 * fallbacks leaves only its first. Without one, the first of the chain that sees is asked: `decide` passes the others over.
 */
function withSight(refs: readonly ModelRef[], wish: WantedBy, settings: Settings): readonly ModelRef[] {
  const { imageModel, imageFallbacks, gateway } = settings
  const [meant, ...fallbacks] = refs
  if (!wish.hasImage || !meant) return refs
  const isAgents = wish.model === undefined || meansAgent(wish.model)
  if (!isAgents && !(wish.fallbacks === undefined && gateway.refFallback)) return refs
  const chain = [...(imageModel === undefined ? [] : [imageModel]), ...imageFallbacks]
  const seeing = chainRefs(wish.fallbacks === undefined ? chain : chain.slice(0, 1), settings)
  const inOrder = isAgents ? [...seeing, meant, ...fallbacks] : [meant, ...seeing, ...fallbacks]
  return [...new Map(inOrder.map((ref) => [formatRef(ref), ref])).values()]
}

function trouble(resolved: Exclude<Resolved, { kind: 'ok' }>, setup: Setup): OpenClawError {
  switch (resolved.kind) {
    case 'unset': {
      return new OpenClawError('no-model-set', wayToAModel(setup))
    }
    case 'unknown-provider':
      return providerNotFound(setup, resolved.provider)
    case 'unknown-agent':
      return new OpenClawError('agent-not-found', {
        agent: resolved.agent,
        known: [...new Set(['main', ...setup.settings.agents.keys()])].join(', '),
        ...(resolved.nearest && { nearest: resolved.nearest }),
      })
    case 'unknown-model':
      return new OpenClawError('model-not-found', {
        model: resolved.model,
        ...(resolved.nearest && { nearest: resolved.nearest }),
      })
  }
}

/** One that could be asked at once, else whom to sign in to, else what to switch on; last of all a plan that is closed. */
function wayToAModel({ settings, providers, switchedOff, withoutKey }: Setup): ErrorParams<'no-model-set'> {
  const ready = [...settings.profiles.values()].find(
    ({ provider, credential }) => credential && providers.has(provider),
  )
  const offered = ready && providers.get(ready.provider)
  const model = offered?.definition?.defaultModel ?? offered?.models[0]?.id
  if (ready && model) return { provider: ready.provider, ref: `${ready.provider}/${model}` }
  const on = [...providers.values()].filter(({ login, definition }) => login ?? definition?.key)
  const open = on.find((provider) => !retirementAt(provider, provider.baseUrl))?.id
  const [waiting] = withoutKey.keys()
  const known = open ?? waiting
  if (known !== undefined) return { provider: known }
  const [off, plugin] = [...switchedOff][0] ?? []
  return { provider: on[0]?.id ?? off ?? '<id>', ...(plugin && on.length === 0 && { plugin }) }
}
