/** `gateway token list`: one line a token, without the token. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const rows = await resultOf(app.gatewayTokenList())
  const { tokens } = output.words.texts
  if (options['json']) output.json({ tokens: rows })
  else if (rows.length === 0) output.line(tokens.none)
  else {
    const cells = rows.map(({ id, name, scope, createdAt }) => [id, name, scope, createdAt])
    for (const line of tableLines([tokens.columns, ...cells], 'titled', output)) output.line(line)
  }
  return 0
}
