/** `requests list`: the last requests, newest first. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'
import { requestRow } from '../request-lines.ts'
import { requestsWish } from '../requests-wish.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const list = await resultOf(app.requestsList(requestsWish(input, 'list', 20)))
  const { requests } = output.words.texts
  if (options['json']) output.json(list)
  else if (list.requests.length === 0) output.line(requests.none)
  else {
    const rows = list.requests.map((request) => requestRow(request, output.words))
    for (const line of tableLines([requests.columns, ...rows], 'titled', output)) output.line(line)
  }
  return 0
}
