/** The models that the settings name, and what stands against each: nobody brings it, it has no key, it was retired. */
import { parseRef } from '../core/ref.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { Language } from '../core/text.ts'
import type { RoutingView } from '../routing/decide.ts'
import { retirementRow } from './model-row.ts'
import { standing } from './readiness.ts'
import type { ChainLink } from './contract.ts'

/** Ids of providers that the settings name. */
export function providersNamed(setup: Setup): ReadonlySet<string> {
  return new Set(uses(setup).flatMap(({ name }) => parseRef(targetOf(name, setup))?.provider ?? []))
}

/** `off`: providers that are known and not on. */
export function chainLinks(
  setup: Setup,
  off: readonly Provider[],
  { now, language, view }: { readonly now: Date; readonly language: Language; readonly view?: RoutingView },
): readonly ChainLink[] {
  const seen = new Set<string>()
  return uses(setup).flatMap(({ use, name }): ChainLink[] => {
    if (seen.has(name)) return []
    seen.add(name)
    const ref = targetOf(name, setup)
    const parsed = parseRef(ref)
    const on = setup.providers.get(parsed?.provider ?? '')
    const provider = on ?? off.find(({ id }) => id === parsed?.provider)
    const model = provider?.models.find(({ id }) => id === parsed?.model)
    const retirement = provider && model && retirementRow(provider.id, model, { now, language })
    const state = on ? modelState(on, model !== undefined) : offState(parsed?.provider ?? '', setup)
    const stands = view && parsed && state === 'ok' ? standing(parsed, setup, { view, now }) : {}
    return [{ use, name, ref, state, ...stands, ...(retirement && { retirement }) }]
  })
}

export function targetOf(name: string, { settings }: Setup): string {
  return settings.aliases.get(name) ?? name
}

function uses({ settings }: Setup): readonly { readonly use: string; readonly name: string }[] {
  const { defaults, imageModel, imageFallbacks, agents } = settings
  const one = (use: string, name: string | undefined) => (name === undefined ? [] : [{ use, name }])
  return [
    ...one('default', defaults.primary),
    ...defaults.fallbacks.flatMap((name, at) => one(`fallback#${at + 1}`, name)),
    ...one('image', imageModel),
    ...imageFallbacks.flatMap((name, at) => one(`img-fallback#${at + 1}`, name)),
    ...[...agents].flatMap(([id, { primary, fallbacks }]) =>
      [primary, ...fallbacks].flatMap((name) => one(`agent:${id}`, name)),
    ),
  ]
}

function modelState({ models, takesAnyModel }: Provider, isListed: boolean): ChainLink['state'] {
  if (isListed || models.length === 0) return 'ok'
  return takesAnyModel ? 'unlisted' : 'unknown-model'
}

function offState(provider: string, { withoutKey, switchedOff }: Setup): ChainLink['state'] {
  if (withoutKey.has(provider)) return 'no-key'
  return switchedOff.has(provider) ? 'switched-off' : 'unknown-provider'
}
