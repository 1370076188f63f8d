/** What is told of a model that was or will be retired. */
import type { ModelRetirementRow } from '../control/contract.ts'
import type { Texts } from '../texts/en.ts'

export function retirementLines(
  ref: string,
  { standing, on, note, replacement }: ModelRetirementRow,
  { models }: Texts,
): readonly string[] {
  return [models[standing](ref, on, note), ...(replacement ? [models.replacement(replacement)] : [])]
}
