/** `models auth list`: one line a login. */
import { resultOf } from '../../control/contract.ts'
import { textOption, type CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'
import { owner, stateDetails } from '../login-lines.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const provider = textOption(input, 'provider')
  const logins = await resultOf(app.modelsAuthList(provider === undefined ? {} : { provider }))
  const { texts } = output.words
  if (options['json']) output.json(logins)
  else if (logins.profiles.length === 0) {
    output.line(texts.logins.none)
    output.line(texts.labelled(texts.next, `openclaw models auth login --provider ${provider ?? '<id>'}`))
  } else {
    const now = app.clock.now()
    const rows = logins.profiles.map((profile) => [
      profile.id,
      texts.states[profile.state],
      owner(profile, output.words),
      stateDetails(profile, output.words, now).join(texts.comma) || texts.none,
    ])
    for (const line of tableLines([texts.logins.columns, ...rows], 'titled', output)) output.line(line)
  }
  return 0
}
