/** `config set`: one place of openclaw.json changed, all else kept to the byte. */
import { resultOf } from '../../control/contract.ts'
import { Phrase } from '../../core/phrase.ts'
import type { CommandInput } from '../command.ts'
import { tellEdit } from '../edit-notes.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const [path = '', value = ''] = input.arguments
  const changed = await resultOf(app.configSet({ path, value, isText: options['text'] === true }))
  const { config } = output.words.texts
  if (options['json']) output.json(changed)
  else output.line(changed.changed ? config.set(path, changed.file) : config.same(path))
  tellEdit(output, changed)
  if (changed.warning) output.note(config.unknown(changed.warning.path, changed.warning.nearest))
  if (!options['json']) await tellDoubts(path, input)
  return 0
}

/** What was set is no mistake of form, and may lead nowhere all the same; some of it waits for a new start. */
async function tellDoubts(path: string, { app, output }: CommandInput): Promise<void> {
  const { words, styles } = output
  const { findings } = await resultOf(app.configValidate())
  for (const finding of findings.filter((each) => each.path === path || each.path.startsWith(`${path}.`))) {
    if (finding.message instanceof Phrase && finding.message.code.startsWith('unknown-setting')) continue // told above
    output.note(styles.yellow(`${finding.path}: ${words.say(finding.message)}`))
  }
  if (!/^(?:gateway\.port|plugins)\b/.test(path) || !(await app.gatewayRuns())) return
  output.note(words.texts.labelled(words.texts.next, 'openclaw gateway restart'))
}
