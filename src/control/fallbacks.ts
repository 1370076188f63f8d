/** Acts on fallbacks, of the default model and of the model for pictures: list, add, remove, clear. */
import { fallbackAdded, fallbacksCleared, fallbacksTaken, type ChainKey } from '../config/chain-edits.ts'
import { hiddenDefault } from '../config/hidden-default.ts'
import { readSettings } from '../config/read.ts'
import { resolveName } from '../config/resolve.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { formatRef } from '../core/ref.ts'
import type { Settings } from '../core/settings.ts'
import type { Setup } from '../core/setup.ts'
import { applyEdits } from '../stores/files/json5-edit.ts'
import type { FallbackList, FallbacksSet } from './contract.ts'
import { refuseBlind } from './image-model.ts'
import { knownRef } from './models.ts'

export interface FallbackMeans {
  readonly setup: Setup
  readonly openclawJson: SettingsFile
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A chain and a member of it, by ref or alias. */
export interface FallbackWish {
  readonly chain: ChainKey
  readonly name: string
}

export async function* listFallbacks(chain: ChainKey, setup: Setup): AsyncGenerator<never, FallbackList> {
  const { fallbacks } = chainOf(chain, setup.settings)
  const missing = fallbacks.filter((name) => resolveName(name, setup.settings, setup.providers).kind !== 'ok')
  return { fallbacks, missing: [...new Set(missing)] }
}

/** At the end; one that stands there already changes nothing, and the first of the chain is refused. */
export async function* addFallback(wish: FallbackWish, means: FallbackMeans): AsyncGenerator<never, FallbacksSet> {
  const { chain } = wish
  const ref = formatRef(knownRef(wish.name, means.setup))
  if (chain === 'imageModel') refuseBlind(ref, means.setup)
  return changed(chain, means, (settings, upper) => {
    const { primary, fallbacks } = chainOf(chain, settings)
    if (primary !== undefined && targetOf(primary, settings) === ref) {
      throw new OpenClawError('fallback-is-primary', { ref, group: GROUPS[chain] })
    }
    if (fallbacks.some((name) => targetOf(name, settings) === ref)) return []
    return fallbackAdded(chain, { upper, lower: means.setup.lower }, ref)
  })
}

/** Every place at which it stands: as it was typed, else what means the same model. */
export async function* removeFallback(wish: FallbackWish, means: FallbackMeans): AsyncGenerator<never, FallbacksSet> {
  const { chain, name } = wish
  return changed(chain, means, (settings, upper) => {
    const { fallbacks } = chainOf(chain, settings)
    const meant = targetOf(name, settings)
    const standsAs = (same: (other: string) => boolean): number[] =>
      fallbacks.flatMap((other, at) => (same(other) ? [at] : []))
    const typed = standsAs((other) => other === name)
    const positions = typed.length > 0 ? typed : standsAs((other) => targetOf(other, settings) === meant)
    if (positions.length === 0) {
      const alike = nearest(name, fallbacks)
      throw new OpenClawError('fallback-not-found', { name, ...(alike && { nearest: alike }), group: GROUPS[chain] })
    }
    return fallbacksTaken(chain, { upper, lower: means.setup.lower }, positions)
  })
}

export async function* clearFallbacks(chain: ChainKey, means: FallbackMeans): AsyncGenerator<never, FallbacksSet> {
  return changed(chain, means, (_, upper) => fallbacksCleared(chain, { upper, lower: means.setup.lower }))
}

/** The commands of a chain. */
const GROUPS: Readonly<Record<ChainKey, string>> = { model: 'models fallbacks', imageModel: 'models image-fallbacks' }

async function changed(
  chain: ChainKey,
  { setup, openclawJson, environment }: FallbackMeans,
  change: (settings: Settings, upper: unknown) => readonly Edit[],
): Promise<FallbacksSet> {
  const settingsOf = (text: string): Settings => {
    const read = readSettings({ upper: parseJson5(text), lower: setup.lower }, environment)
    // Saved by another program within this moment: what stands there is told at the next command.
    return read.kind === 'ok' ? read.settings : setup.settings
  }
  let after = chainOf(chain, setup.settings).fallbacks
  const outcome = await openclawJson.edit(({ text }) => {
    const edits = change(settingsOf(text), parseJson5(text))
    after = chainOf(chain, settingsOf(applyEdits(text, edits))).fallbacks
    return edits
  })
  const { settings, values } = setup
  const hiddenBy = chain === 'model' ? hiddenDefault('fallbacks', settings.defaultAgent, values) : undefined
  return { fallbacks: after, changed: outcome.changed, file: openclawJson.path, ...(hiddenBy && { hiddenBy }) }
}

function chainOf(
  chain: ChainKey,
  settings: Settings,
): { readonly primary: string | undefined; readonly fallbacks: readonly string[] } {
  if (chain === 'imageModel') return { primary: settings.imageModel, fallbacks: settings.imageFallbacks }
  return { primary: settings.defaults.primary, fallbacks: settings.defaults.fallbacks }
}

function targetOf(name: string, { aliases }: Settings): string {
  return aliases.get(name) ?? name
}
