/** `gateway token`: the owner's token, made at the first asking; `--rotate` makes another. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options }: CommandInput): Promise<0 | 1> {
  if (!options['rotate']) {
    output.line((await app.gatewayToken()).reveal())
    return 0
  }
  const { token, gateway } = await resultOf(app.gatewayTokenRotate())
  const { texts } = output.words
  output.note(texts.tokens.rotated)
  output.line(token.reveal())
  if (gateway !== 'late') return 0
  output.note(texts.tokens.rotatedLate)
  output.note(texts.labelled(texts.run, 'openclaw gateway restart'))
  return 1
}
