/** `requests tail`: the last requests, then each as it ends, one a line, until Ctrl-C or until nobody reads on. */
import type { CommandInput } from '../command.ts'
import { requestRow } from '../request-lines.ts'
import { pipeReaders } from '../../system/pipe-readers.ts'
import { stripControls } from '../../system/table.ts'
import { requestsWish } from '../requests-wish.ts'

const LOOK_MS = 250

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const unheard = new AbortController()
  // `| head` has what it wants, and the next request may be long in coming.
  const readers = pipeReaders()
  const looking = setInterval(() => {
    if (!readers.left()) unheard.abort()
  }, LOOK_MS)
  const wish = { ...requestsWish(input, 'tail', 10), signal: AbortSignal.any([signal, unheard.signal]) }
  try {
    for await (const request of app.requestsTail(wish)) {
      if (options['json']) output.line(JSON.stringify(request))
      // A place for each, also for what is not known: programs cut by columns.
      else output.line(requestRow(request, output.words).map(stripControls).join('  '))
    }
  } finally {
    clearInterval(looking)
  }
  return 0
}
