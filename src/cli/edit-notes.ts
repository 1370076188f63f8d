/** What is said of an edit beside its result: whose text was there before, and who saved at the same time. */
import type { ConfigChanged } from '../control/contract.ts'
import type { Output } from './output.ts'

export function tellEdit(output: Output, { backup, contested }: ConfigChanged): void {
  const { config } = output.words.texts
  if (contested) output.note(config.contested)
  if (backup !== undefined) output.note(config.backup(backup))
}
