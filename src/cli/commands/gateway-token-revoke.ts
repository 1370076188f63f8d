/** `gateway token revoke`: refused from now on. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, arguments: [nameOrId = ''] }: CommandInput): Promise<0> {
  const revoked = await resultOf(app.gatewayTokenRevoke(nameOrId))
  if (options['json']) output.json(revoked)
  else output.line(output.words.texts.tokens.revoked(revoked.name))
  return 0
}
