/** `config unset`: one place removed from openclaw.json. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tellEdit } from '../edit-notes.ts'

export async function run({ app, output, options, arguments: [path = ''] }: CommandInput): Promise<0> {
  const changed = await resultOf(app.configUnset(path))
  if (options['json']) output.json(changed)
  else output.line(output.words.texts.config.unset(path, changed.file))
  tellEdit(output, changed)
  return 0
}
