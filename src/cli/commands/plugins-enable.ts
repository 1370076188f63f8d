/** `plugins enable`: on from the gateway's next start. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, arguments: [plugin = ''] }: CommandInput): Promise<0> {
  const switched = await resultOf(app.pluginsSwitch({ plugin, to: 'on' }))
  const { texts } = output.words
  if (options['json']) output.json(switched)
  else {
    output.line(switched.changed ? texts.plugins.enabled(plugin) : texts.plugins.alreadyOn(plugin))
    if (switched.changed) output.line(texts.plugins.trust)
    if (switched.sha256) output.line(texts.plugins.hash(switched.sha256))
    output.line(texts.labelled(texts.next, 'openclaw gateway restart'))
  }
  return 0
}
