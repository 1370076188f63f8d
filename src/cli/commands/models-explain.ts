/** `models explain`: who would be asked now, why nobody else, and what would change it. */
import { resultOf } from '../../control/contract.ts'
import { textOption, type CommandInput } from '../command.ts'
import { explainLines } from '../explain-lines.ts'
import { wholeOption } from '../whole-option.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const model = textOption(input, 'model')
  const agent = textOption(input, 'agent')
  const tokens = wholeOption(input, 'tokens', 'openclaw models explain')
  const explained = await resultOf(
    app.modelsExplain({
      ...(model !== undefined && { model }),
      ...(agent !== undefined && { agent }),
      hasImage: options['image'] === true,
      hasTools: options['tools'] === true,
      ...(tokens !== undefined && { tokens }),
    }),
  )
  if (options['json']) output.json(explained)
  else for (const line of explainLines(explained, output)) output.line(line)
  return 0
}
