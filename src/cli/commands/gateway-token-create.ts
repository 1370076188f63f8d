/** `gateway token create`: a program's own token, alone on stdout. */
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { scopeFrom, SCOPES } from '../../core/scope.ts'
import { textOption, type CommandInput } from '../command.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const written = textOption(input, 'scope') ?? 'invoke'
  const scope = scopeFrom(written)
  if (!scope) {
    const command = 'openclaw gateway token create'
    throw new OpenClawError('option-value', { option: 'scope', met: written, allowed: SCOPES.join(', '), command })
  }
  const name = textOption(input, 'name')
  const { token, ...created } = await resultOf(app.gatewayTokenCreate({ scope, ...(name !== undefined && { name }) }))
  if (options['json']) output.json({ ...created, token: token.reveal() })
  else {
    output.note(output.words.texts.tokens.created(created.name, created.scope))
    output.line(token.reveal())
  }
  return 0
}
