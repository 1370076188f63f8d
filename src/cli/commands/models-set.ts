/** `models set`: the default model, by ref or alias. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { retirementLines } from '../model-lines.ts'

export async function run({ app, output, options, arguments: [name = ''] }: CommandInput): Promise<0> {
  const set = await resultOf(app.modelsSet(name, output.words.language))
  const { texts } = output.words
  if (options['json']) output.json(set)
  else {
    output.line(set.changed ? texts.models.set(set.ref) : texts.models.kept(set.ref))
    const retirement = set.retirement ? retirementLines(set.ref, set.retirement, texts) : []
    for (const line of retirement) output.note(output.styles.yellow(line))
  }
  if (set.hiddenBy) {
    output.note(texts.models.hiddenPrimary(set.hiddenBy.agent, set.hiddenBy.path))
    output.note(texts.labelled(texts.run, `openclaw config set '${set.hiddenBy.path}' ${set.ref}`))
  }
  if (set.isFallback) output.note(texts.models.askedOnce(set.ref))
  return 0
}
