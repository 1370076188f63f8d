/** Whom a request means, as refs to walk; or the trouble that stands in the way, with its remedy. */
import { resolveAgent, resolveModel, type Resolved } from '../config/resolve.ts'
import { OpenClawError } from '../core/errors.ts'
import { parseRef, type ModelRef } from '../core/ref.ts'
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

export function wanted({ model, agent, fallbacks, hasImage }: WantedBy, setup: Setup): Wanted {
  const { settings, providers } = setup
  const resolved =
    model === undefined
      ? resolveAgent(agent ?? settings.defaultAgent, settings, fallbacks)
      : resolveModel(model, settings, providers, fallbacks)
  if (resolved.kind !== 'ok') throw trouble(resolved, setup)
  const named = settings.imageModel && (settings.aliases.get(settings.imageModel) ?? settings.imageModel)
  const sees = hasImage && named ? parseRef(named) : undefined
  return { agent: resolved.agent, refs: sees ? [sees, ...resolved.refs] : resolved.refs }
}

function trouble(resolved: Exclude<Resolved, { kind: 'ok' }>, setup: Setup): OpenClawError {
  switch (resolved.kind) {
    case 'unset': {
      const signInTo =
        [...setup.providers.values()].find((provider) => provider.login)?.id ?? [...setup.switchedOff.keys()][0]
      return new OpenClawError('no-model-set', { provider: signInTo ?? '<id>' })
    }
    case 'unknown-provider':
      return providerNotFound(setup, resolved.provider)
    case 'unknown-agent':
      return new OpenClawError('model-not-found', {
        model: `openclaw/${resolved.agent}`,
        ...(resolved.nearest && { nearest: `openclaw/${resolved.nearest}` }),
      })
    case 'unknown-model':
      return new OpenClawError('model-not-found', {
        model: resolved.model,
        ...(resolved.nearest && { nearest: resolved.nearest }),
      })
  }
}
