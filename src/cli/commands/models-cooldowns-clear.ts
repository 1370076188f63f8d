/** `models cooldowns clear`: nothing of it rests from now on; a running gateway notices. */
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { stripControls } from '../../system/table.ts'
import type { CommandInput } from '../command.ts'

const COMMAND = 'openclaw models cooldowns clear'

export async function run({ app, output, options, arguments: [name] }: CommandInput): Promise<0> {
  const isAll = options['all'] === true
  if (name === undefined && !isAll) {
    throw new OpenClawError('argument-missing', { argument: 'provider|ref|profile', command: COMMAND })
  }
  if (name !== undefined && isAll) throw new OpenClawError('argument-too-many', { argument: name, command: COMMAND })
  const cleared = await resultOf(app.modelsCooldownsClear(name === undefined ? 'all' : { name }))
  const { texts } = output.words
  if (options['json']) output.json(cleared)
  else {
    const nothing = name === undefined ? texts.cooldowns.none : texts.cooldowns.nothing(name)
    const lines = cleared.cleared.map(({ what, cause }) => texts.cooldowns.cleared(what, texts.failures[cause]))
    for (const line of cleared.changed ? lines : [nothing]) output.line(stripControls(line))
  }
  return 0
}
