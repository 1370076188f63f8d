/** What is told of a model beside its figures: whether it is ready, whether it was or will be retired. */
import type { ModelRetirementRow, ModelRow } from '../control/contract.ts'
import type { Texts } from '../texts/en.ts'

export function retirementLines(
  ref: string,
  { standing, on, note, replacement }: ModelRetirementRow,
  { models }: Texts,
): readonly string[] {
  return [models[standing](ref, on, note), ...(replacement ? [models.replacement(replacement)] : [])]
}

/** `yes`, or `no` with the reason. */
export function readyIn({ available, unready }: Pick<ModelRow, 'available' | 'unready'>, texts: Texts): string {
  if (available) return texts.models.yes
  return unready ? texts.withReason(texts.models.no, texts.failures[unready]) : texts.models.no
}
