/** `requests tail`: the last requests, then each as it ends, one a line, until Ctrl-C. */
import type { CommandInput } from '../command.ts'
import { requestRow } from '../request-lines.ts'
import { stripControls } from '../../system/table.ts'
import { requestsWish } from '../requests-wish.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const { texts } = output.words
  for await (const request of app.requestsTail({ ...requestsWish(input, 'tail', 10), signal })) {
    if (options['json']) output.line(JSON.stringify(request))
    else
      output.line(
        requestRow(request, output.words)
          .filter((cell) => cell !== texts.none)
          .map(stripControls)
          .join('  '),
      )
  }
  return 0
}
