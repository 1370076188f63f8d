/** `models auth rename`: another name, label or e-mail for a login. */
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { textOption, type CommandInput } from '../command.ts'
import { owner } from '../login-lines.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const [profile = '', name] = input.arguments
  const [label, email, provider] = ['label', 'email', 'provider'].map((option) => textOption(input, option))
  if (name === undefined && label === undefined && email === undefined) {
    throw new OpenClawError('argument-missing', { argument: 'new-name', command: 'openclaw models auth rename' })
  }
  const renamed = await resultOf(
    app.modelsAuthRename({
      profile,
      ...(provider !== undefined && { provider }),
      ...(name !== undefined && { name }),
      ...(label !== undefined && { label }),
      ...(email !== undefined && { email }),
    }),
  )
  const { texts } = output.words
  if (options['json']) output.json(renamed)
  else {
    const line =
      renamed.was === renamed.profile
        ? texts.logins.noted(renamed.profile)
        : texts.logins.renamed(renamed.was, renamed.profile)
    output.line(renamed.changed ? line : texts.withReason(line, texts.models.asBefore))
    const whose = owner(renamed, output.words)
    if (whose !== texts.none) output.line(texts.labelled(texts.logins.fields.account, whose))
  }
  return 0
}
