/** `models set-image`: the model for pictures, by ref or alias, or none. */
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import type { CommandInput } from '../command.ts'

const COMMAND = 'openclaw models set-image'

export async function run({ app, output, options, arguments: [name] }: CommandInput): Promise<0> {
  const clear = options['clear'] === true
  if (!clear && name === undefined) {
    throw new OpenClawError('argument-missing', { argument: 'ref-or-alias', command: COMMAND })
  }
  if (clear && name !== undefined) throw new OpenClawError('argument-too-many', { argument: name, command: COMMAND })
  const set = await resultOf(app.modelsSetImage(name === undefined ? 'clear' : { name }))
  const { texts } = output.words
  const line = texts.labelled(texts.models.status.imageModel, set.ref ?? texts.none)
  if (options['json']) output.json(set)
  else output.line(set.changed ? line : texts.withReason(line, texts.models.asBefore))
  if (clear && set.ref !== null) output.note(texts.models.remains(app.paths.modelsJson, set.ref))
  return 0
}
