/** What is told of a model beside its figures: whether it is ready, whether it was or will be retired. */
import type { ModelRetirementRow, ModelRow, RestTold } from '../control/contract.ts'
import { localTime } from '../core/local-time.ts'
import type { Texts } from '../texts/en.ts'

export function retirementLines(
  ref: string,
  { standing, on, note, replacement }: ModelRetirementRow,
  { models }: Texts,
): readonly string[] {
  return [models[standing](ref, on, note), ...(replacement ? [models.replacement(replacement)] : [])]
}

/** `yes`, or `no` with the reason; of what rests, until when. */
export function readyIn(
  { available, unready, rests }: Pick<ModelRow, 'available' | 'unready' | 'rests'>,
  texts: Texts,
): string {
  if (rests) return texts.withReason(available ? texts.models.yes : texts.models.no, restIn(rests, texts))
  if (available) return texts.models.yes
  return unready ? texts.withReason(texts.models.no, texts.failures[unready]) : texts.models.no
}

export function restIn({ cause, until }: RestTold, texts: Texts): string {
  return texts.models.rests(texts.failures[cause], localTime(until))
}
