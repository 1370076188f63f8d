/** `models aliases add`: a short name for a model. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, arguments: [alias = '', name = ''] }: CommandInput): Promise<0> {
  const set = await resultOf(app.modelsAliasesAdd({ alias, name, force: options['force'] === true }))
  const { texts } = output.words
  const line = texts.login.alias(set.alias, set.ref)
  if (options['json']) output.json(set)
  else if (set.was !== undefined) output.line(texts.withReason(line, texts.models.aliasWas(set.was)))
  else output.line(set.changed ? line : texts.withReason(line, texts.models.asBefore))
  return 0
}
