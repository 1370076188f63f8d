/** `plugins list`: one whole line a plugin. */
import { resultOf } from '../../control/contract.ts'
import { inLanguage } from '../../core/text.ts'
import type { CommandInput } from '../command.ts'
import { toldInJson } from '../report.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const rows = await resultOf(app.pluginsList())
  const { words } = output
  if (options['json'])
    output.json({ plugins: rows.map((row) => ({ ...toldInJson(row), label: inLanguage(row.label, words.language) })) })
  else if (rows.length === 0) output.line(words.texts.plugins.none)
  else {
    // Programs, who ask often, wait for no tables.
    const { tableLines } = await import('../layout.ts')
    const cells = rows.map((row) => [
      row.id,
      words.texts.states[row.state],
      row.providers.join(words.texts.comma),
      row.version,
      row.problem ? words.say(row.problem) : inLanguage(row.label, words.language),
    ])
    for (const line of tableLines([words.texts.plugins.columns, ...cells], 'titled', output)) output.line(line)
  }
  return 0
}
