/** `models aliases remove`: a short name less. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, arguments: [alias = ''] }: CommandInput): Promise<0> {
  const removed = await resultOf(app.modelsAliasesRemove({ alias, force: options['force'] === true }))
  const { texts } = output.words
  if (options['json']) output.json(removed)
  else output.line(texts.models.aliasRemoved(alias, removed.was))
  if (removed.remains !== undefined) {
    output.note(texts.models.remains(app.paths.modelsJson, texts.login.alias(alias, removed.remains)))
  }
  return 0
}
