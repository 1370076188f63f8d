/** Acts on models: which there are, what is known of one, which is the default. */
import { primaryEdits } from '../config/edits.ts'
import { hiddenDefault } from '../config/hidden-default.ts'
import { resolveName } from '../config/resolve.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { modelIn, type Provider } from '../core/provider.ts'
import { formatRef, parseRef, type ModelRef } from '../core/ref.ts'
import { providerNotFound, type Setup } from '../core/setup.ts'
import { inLanguage } from '../core/text.ts'
import type { RoutingView } from '../routing/decide.ts'
import { targetOf } from './chain.ts'
import { resultOf, type ModelList, type ModelRow, type ModelSet, type ModelShown } from './contract.ts'
import { modelRow, retirementRow, type RowMeans } from './model-row.ts'
import { bySettings, standing } from './readiness.ts'
import type { AskedServer } from './servers.ts'

export interface CatalogueMeans extends RowMeans {
  readonly setup: Setup
  /** Providers that are known and not on. */
  readonly off: readonly Provider[]
  readonly servers: readonly AskedServer[]
  /** What was met so far; undefined = the settings alone count. */
  readonly view?: RoutingView
}

/** What can be asked, and what the settings name although nobody offers it; with `all`, the whole catalogue. */
export async function* listModels(
  { all }: { readonly all: boolean },
  means: CatalogueMeans,
): AsyncGenerator<never, ModelList> {
  const { setup, off, servers } = means
  const on = [...setup.providers.values()]
  const rows = [
    ...on.flatMap((provider) => rowsOf(provider, means)),
    ...servers.flatMap((server) => rowsFound(server, means)),
    ...(all ? off.flatMap((provider) => rowsOf(provider, means)) : []),
  ]
  const listed = new Set(rows.map((row) => row.ref))
  const { defaults, imageModel, imageFallbacks } = setup.settings
  const chains = [defaults.primary, ...defaults.fallbacks, imageModel, ...imageFallbacks]
  const named = chains.flatMap((name) => (name === undefined ? [] : [targetOf(name, setup)]))
  const others = [...new Set(named)].flatMap((ref): ModelRow[] => {
    if (listed.has(ref)) return []
    const parsed = parseRef(ref)
    const provider =
      setup.providers.get(parsed?.provider ?? '') ?? off.find(({ id }) => id === parsed?.provider && !all)
    const model = parsed && provider && modelIn(provider, parsed.model)
    if (!parsed || !model) {
      const found = parsed ? readiness(parsed, means) : { unready: 'model-not-found' as const }
      return [{ ref, ...found, available: false, tags: [...tagsOf(ref, setup), 'missing'] }]
    }
    return [modelRow(parsed.provider, model, { ...means, ...readiness(parsed, means), tags: tagsOf(ref, setup) })]
  })
  return { schema: 1, models: [...rows, ...others] }
}

/** One row with everything, of whatever is in the catalogue, on or not. */
export async function* showModel(name: string, means: CatalogueMeans): AsyncGenerator<never, ModelShown> {
  const { setup, off, servers, language } = means
  const target = targetOf(name, setup)
  const { models: rows } = await resultOf(listModels({ all: true }, means))
  const row = rows.find(({ ref, tags }) => ref === target && !tags.includes('missing'))
  const id = parseRef(target)?.provider
  const provider = setup.providers.get(id ?? '') ?? off.find((each) => each.id === id)
  if (!row || !provider) {
    const meant =
      rows.find(({ ref }) => ref.endsWith(`/${target}`))?.ref ??
      nearest(
        target,
        rows.map(({ ref }) => ref),
      )
    throw new OpenClawError('model-not-found', { model: target, ...(meant && { nearest: meant }) })
  }
  const { definition } = provider
  const found = servers.find((server) => server.provider === provider.id)
  return {
    schema: 1,
    ...row,
    provider: {
      id: provider.id,
      label: inLanguage(provider.label, language),
      baseUrl: found?.baseUrl ?? provider.baseUrl ?? null,
      on: setup.providers.has(provider.id),
      ...(definition?.priceNote && { priceNote: inLanguage(definition.priceNote, language) }),
    },
  }
}

function rowsOf(provider: Provider, means: CatalogueMeans): readonly ModelRow[] {
  const { setup } = means
  return provider.models.map((model) =>
    modelRow(provider.id, model, {
      ...means,
      ...readiness({ provider: provider.id, model: model.id }, means),
      tags: tagsOf(`${provider.id}/${model.id}`, setup),
    }),
  )
}

function readiness(
  ref: ModelRef,
  { setup, off, now, view = bySettings(setup) }: CatalogueMeans,
): Pick<ModelRow, 'available' | 'unready' | 'rests'> {
  const { unready, rests } = standing(ref, setup, { view, now })
  if (!unready) return { available: true, ...(rests && { rests }) }
  // Who needs no key waits for a word which of its servers is meant.
  const isUnchosen = off.find(({ id }) => id === ref.provider)?.definition?.key?.needed === false
  return {
    available: false,
    unready: unready === 'no-login' && isUnchosen ? 'not-chosen' : unready,
    ...(rests && { rests }),
  }
}

/** What a server on this machine told; where the person wrote a list, that one counts. */
function rowsFound({ provider: id, server, listing }: AskedServer, means: CatalogueMeans): readonly ModelRow[] {
  const { setup } = means
  const on = setup.providers.get(id)
  const known = new Set(on?.models.map((model) => model.id))
  if (listing.kind !== 'models' || (on && known.size > 0)) return []
  return listing.models.map((model) => {
    const tags = [...tagsOf(`${id}/${model}`, setup), ...(server ? [`found:${server}`] : [])]
    return modelRow(id, { id: model }, { ...means, ...readiness({ provider: id, model }, means), tags })
  })
}

function tagsOf(ref: string, setup: Setup): readonly string[] {
  const { settings } = setup
  const chain = [settings.defaults.primary, ...settings.defaults.fallbacks]
  const imageChain = [settings.imageModel, ...settings.imageFallbacks]
  const placesIn = (names: readonly (string | undefined)[], first: string, later: string): string[] =>
    names.flatMap((name, at) =>
      name !== undefined && targetOf(name, setup) === ref ? [at === 0 ? first : `${later}#${at}`] : [],
    )
  return [
    ...placesIn(chain, 'default', 'fallback'),
    ...placesIn(imageChain, 'image', 'img-fallback'),
    ...[...settings.aliases].flatMap(([alias, target]) => (target === ref ? [`alias:${alias}`] : [])),
  ]
}

/** Takes a ref or an alias; refuses what nobody offers, naming the nearest. */
export async function* setModel(
  name: string,
  { setup, ...means }: RowMeans & { readonly setup: Setup },
  openclawJson: SettingsFile,
): AsyncGenerator<never, ModelSet> {
  const known = knownRef(name, setup)
  const ref = formatRef(known)
  const model = setup.providers.get(known.provider)?.models.find(({ id }) => id === known.model)
  const retirement = model && retirementRow(known.provider, model, means)
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
    ...(retirement && { retirement }),
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
