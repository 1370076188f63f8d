/** Acts on models: which there are, which is the default. */
import { primaryEdits } from '../config/edits.ts'
import { hiddenDefault } from '../config/hidden-default.ts'
import { resolveName } from '../config/resolve.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { formatRef, parseRef } from '../core/ref.ts'
import { providerNotFound, type Setup } from '../core/setup.ts'
import type { ModelRow, ModelSet } from './contract.ts'

export async function* listModels(setup: Setup): AsyncGenerator<never, readonly ModelRow[]> {
  const { settings, providers } = setup
  const chain = [settings.defaults.primary, ...settings.defaults.fallbacks]
  const imageChain = [settings.imageModel, ...settings.imageFallbacks]
  const placesIn = (names: readonly (string | undefined)[], ref: string, first: string, later: string): string[] =>
    names.flatMap((name, at) =>
      name !== undefined && targetOf(name, setup) === ref ? [at === 0 ? first : `${later}#${at}`] : [],
    )
  const tagsOf = (ref: string): string[] => [
    ...placesIn(chain, ref, 'default', 'fallback'),
    ...placesIn(imageChain, ref, 'image', 'img-fallback'),
    ...[...settings.aliases].flatMap(([alias, target]) => (target === ref ? [`alias:${alias}`] : [])),
  ]
  const rows = [...providers.values()].flatMap((provider) => {
    const available = [...settings.profiles.values()].some(
      (profile) => profile.provider === provider.id && profile.credential,
    )
    return provider.models.map((model): ModelRow => {
      const ref = `${provider.id}/${model.id}`
      return {
        ref,
        ...(model.name && { name: model.name }),
        ...(model.input && { input: model.input }),
        ...(model.contextWindow && { contextWindow: model.contextWindow }),
        ...(model.maxTokens && { maxTokens: model.maxTokens }),
        available,
        tags: tagsOf(ref),
      }
    })
  })
  const listed = new Set(rows.map((row) => row.ref))
  const open = (ref: string): boolean => {
    const provider = providers.get(parseRef(ref)?.provider ?? '')
    return provider !== undefined && provider.models.length === 0
  }
  const named = [...chain, ...imageChain].flatMap((name) => (name === undefined ? [] : [targetOf(name, setup)]))
  const others = [...new Set(named)].flatMap((ref): ModelRow[] => {
    if (listed.has(ref)) return []
    return [{ ref, available: open(ref), tags: [...tagsOf(ref), ...(open(ref) ? [] : ['missing'])] }]
  })
  return [...rows, ...others]
}

/** Takes a ref or an alias; refuses what nobody offers, naming the nearest. */
export async function* setModel(
  name: string,
  setup: Setup,
  openclawJson: SettingsFile,
): AsyncGenerator<never, ModelSet> {
  const ref = formatRef(knownRef(name, setup))
  const { changed } = await openclawJson.edit(({ text }) => primaryEdits(parseJson5(text), setup.lower, ref))
  const { settings, values } = setup
  const agent = settings.agents.get(settings.defaultAgent)
  const hiddenBy =
    targetOf(agent?.primary ?? '', setup) === ref ? undefined : hiddenDefault('primary', settings.defaultAgent, values)
  const isFallback = settings.defaults.fallbacks.some((other) => targetOf(other, setup) === ref)
  return {
    ref,
    changed,
    file: openclawJson.path,
    ...(hiddenBy && { hiddenBy }),
    ...(isFallback && { isFallback }),
  }
}

/** The ref behind a name, or one of the guide's troubles. */
export function knownRef(name: string, setup: Setup): { readonly provider: string; readonly model: string } {
  const asked = parseRef(setup.settings.aliases.get(name) ?? name)?.provider
  if (asked !== undefined && setup.switchedOff.has(asked)) throw providerNotFound(setup, asked)
  const found = resolveName(name, setup.settings, setup.providers)
  switch (found.kind) {
    case 'ok':
      return found.ref
    case 'unknown-model':
      throw new OpenClawError('model-not-found', {
        model: found.model,
        ...(found.nearest && { nearest: found.nearest }),
      })
    case 'unknown-provider':
      throw providerNotFound(setup, found.provider)
  }
}

function targetOf(name: string, { settings }: Setup): string {
  return settings.aliases.get(name) ?? name
}
