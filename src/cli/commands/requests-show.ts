/** `requests show`: a request's story, with each attempt. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { storyLines } from '../request-lines.ts'

export async function run({ app, output, options, arguments: [id = ''] }: CommandInput): Promise<0> {
  const shown = await resultOf(app.requestsShow(id))
  if (options['json']) output.json(shown)
  else for (const line of storyLines(shown, output)) output.line(line)
  return 0
}
