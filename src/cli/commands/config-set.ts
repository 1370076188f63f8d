/** `config set`: one place of openclaw.json changed, all else kept to the byte. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tellEdit } from '../edit-notes.ts'

export async function run({ app, output, options, arguments: [path = '', value = ''] }: CommandInput): Promise<0> {
  const changed = await resultOf(app.configSet({ path, value }))
  const { config } = output.words.texts
  if (options['json']) output.json(changed)
  else output.line(changed.changed ? config.set(path, changed.file) : config.same(path))
  tellEdit(output, changed)
  if (changed.warning) output.note(config.unknown(changed.warning.path, changed.warning.nearest))
  return 0
}
