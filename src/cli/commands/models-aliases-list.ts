/** `models aliases list`: one line an alias. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const list = await resultOf(app.modelsAliasesList())
  const { texts } = output.words
  const aliases = Object.entries(list.aliases)
  if (options['json']) output.json(list)
  else if (aliases.length === 0) {
    output.line(texts.models.noAliases)
    output.line(texts.labelled(texts.next, 'openclaw models aliases add --help'))
  } else {
    const cells = aliases.map(([alias, ref]) => [
      alias,
      ref,
      ...(list.missing.includes(alias) ? [texts.failures['model-not-found']] : []),
    ])
    for (const line of tableLines(cells, 'rows', output)) output.line(line)
  }
  return 0
}
