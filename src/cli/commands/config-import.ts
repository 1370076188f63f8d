/** `config import`: the original program's settings taken over, a line for each. */
import { resolve } from 'node:path'
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const { from } = options
  const dryRun = options['dry-run'] === true
  const result = await resultOf(app.configImport({ dryRun, ...(typeof from === 'string' && { from: resolve(from) }) }))
  const { config } = output.words.texts
  if (options['json']) output.json(result)
  else {
    for (const path of result.taken) output.line(dryRun ? config.wouldTake(path) : config.taken(path))
    for (const { path, reason } of result.left)
      output.line(output.styles.dim(config.left(path, output.words.say(reason))))
    if (result.taken.length === 0) output.line(config.nothingTaken)
  }
  return 0
}
