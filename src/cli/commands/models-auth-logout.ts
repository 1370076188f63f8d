/** `models auth logout`: asked about at a terminal, told what was ended and what was not. */
import { resultOf, type LoggedOut } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { askLine } from '../../system/ask.ts'
import { textOption, type CommandInput } from '../command.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const [typed = ''] = input.arguments
  const provider = textOption(input, 'provider')
  const wish = {
    profile: typed,
    ...(provider !== undefined && { provider }),
    forget: options['forget'] === true,
    server: options['local'] ? 'left-alone' : 'told',
  } as const
  if (!options['yes']) await confirm(wish, input)
  const loggedOut = await resultOf(app.modelsAuthLogout(wish))
  if (options['json']) output.json(loggedOut)
  else tell(loggedOut, input)
  return 0
}

async function confirm(
  { profile, provider }: { readonly profile: string; readonly provider?: string },
  { app, output, signal }: CommandInput,
): Promise<void> {
  // Whether there is such a login is told before anybody is asked.
  const { profiles } = await resultOf(app.modelsAuthStatus({ profile, ...(provider !== undefined && { provider }) }))
  const [login] = profiles
  const id = login?.id ?? profile
  if (!output.interactive)
    throw new OpenClawError('confirmation-missing', { command: `openclaw models auth logout ${id}` })
  const { texts } = output.words
  const whose = [login?.label, login?.email].filter(Boolean).join(texts.comma)
  const answer = await askLine(texts.logins.askLogout(whose ? texts.withReason(id, whose) : id), 'shown', signal)
  if (!/^(?:y|yes|是|好)$/i.test(answer?.trim() ?? '')) throw new OpenClawError('cancelled', {})
}

function tell({ profile, revoked, why, forgotten, copies, stillNamed }: LoggedOut, { output }: CommandInput): void {
  const { texts } = output.words
  const { logins } = texts
  const hadTokens = why !== 'nothing-there'
  if (hadTokens) output.line(logins.loggedOut(profile))
  if (forgotten) output.line(logins.forgotten(profile))
  const ended = revoked ? logins.revoked : hadTokens && why && logins.notRevoked[why]
  if (ended) output.line(ended)
  for (const file of copies) {
    output.line(output.styles.yellow(logins.copyLeft(file)))
    output.line(texts.labelled(texts.run, `rm '${file}'`))
  }
  for (const path of stillNamed) output.line(output.styles.yellow(logins.stillNamed(path)))
}
