/** `gateway token`: the owner's token, made at the first asking. */
import type { CommandInput } from '../command.ts'

export async function run({ app, output }: CommandInput): Promise<0> {
  output.line((await app.gatewayToken()).reveal())
  return 0
}
