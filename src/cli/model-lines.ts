/** What is told of a model that was or will be retired. */
import type { ModelRetirementRow } from '../control/contract.ts'
import type { Texts } from '../texts/en.ts'

export function retirementLines(
  ref: string,
  { standing, on, note, replacement }: ModelRetirementRow,
  { models, withReason }: Texts,
): readonly string[] {
  const told = standing === 'retired' ? models.retired(ref, on) : models.retiring(ref, on)
  return [note === undefined ? told : withReason(told, note), ...(replacement ? [models.replacement(replacement)] : [])]
}
