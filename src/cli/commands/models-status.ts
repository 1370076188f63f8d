/** `models status`: default and chain, every login's true state, what is left of the day. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, signal }: CommandInput): Promise<0 | 1 | 2> {
  const wish = { check: options['check'] === true, probe: options['probe'] === true }
  const status = await resultOf(app.modelsStatus({ ...wish, language: output.words.language, signal }))
  if (options['json']) output.json({ ...status, problems: status.problems.map(({ message }) => message) })
  else {
    // Programs, who ask often, wait for no tables.
    const { checkLines, statusLines } = await import('../models-status-lines.ts')
    for (const line of statusLines(status, output, app.clock.now())) output.line(line)
    if (status.check) for (const line of checkLines(status.check, output)) output.note(line)
  }
  return status.check?.exit ?? 0
}
