/** A model as a row of the catalogue. */
import { standingOf } from '../core/catalogue.ts'
import type { ModelDefinition } from '../core/provider.ts'
import { inLanguage, type Language } from '../core/text.ts'
import type { ModelRetirementRow, ModelRow } from './contract.ts'

export interface RowMeans {
  readonly now: Date
  readonly language: Language
}

export function modelRow(
  provider: string,
  model: ModelDefinition,
  { available, unready, rests, tags, ...means }: RowMeans & Pick<ModelRow, 'available' | 'unready' | 'rests' | 'tags'>,
): ModelRow {
  const retirement = retirementRow(provider, model, means)
  return {
    ref: `${provider}/${model.id}`,
    ...(model.name && { name: model.name }),
    ...(model.input && { input: model.input }),
    ...(model.contextWindow && { contextWindow: model.contextWindow }),
    ...(model.maxTokens && { maxTokens: model.maxTokens }),
    ...(model.price && { price: model.price }),
    ...(retirement && { retirement }),
    ...(model.source && { source: model.source }),
    available,
    ...(unready && { unready }),
    ...(rests && { rests }),
    tags: [...tags, ...(retirement ? [retirement.standing] : [])],
  }
}

export function retirementRow(
  provider: string,
  { retirement }: ModelDefinition,
  { now, language }: RowMeans,
): ModelRetirementRow | undefined {
  const standing = standingOf(retirement, now)
  if (!retirement || !standing) return undefined
  const { on, replacement, note } = retirement
  return {
    standing,
    on,
    ...(replacement && { replacement: `${provider}/${replacement}` }),
    ...(note && { note: inLanguage(note, language) }),
  }
}
