/** Questions to somebody at the terminal: a line, or a line that is not shown. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import * as outlets from './outlets.ts'

/** The question goes to stderr, so that stdout holds results only. Undefined = Ctrl-C, or the end of the input. */
export function askLine(question: string, typed: 'shown' | 'hidden', signal: AbortSignal): Promise<string | undefined> {
  const { stdin } = process
  const stderr = outlets.stderr.stream()
  // What is typed would be echoed there.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: typed === 'hidden' ? nowhere : stderr, terminal: true })
  // Only now does the terminal not echo any more: whoever is asked may answer at once.
  if (typed === 'hidden') stderr.write(question)
  return new Promise((resolve) => {
    const end = (answer: string | undefined): void => {
      resolve(answer)
      signal.removeEventListener('abort', onAbort)
      lines.close()
      if (typed === 'hidden' || answer === undefined) stderr.write('\n')
    }
    const onAbort = (): void => end(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    lines.once('SIGINT', () => end(undefined))
    lines.once('close', () => resolve(undefined)) // does nothing once there is an answer
    lines.question(typed === 'hidden' ? '' : question, end)
  })
}

/** All that is piped in, cut at `mostBytes`. */
export async function readPiped(mostBytes: number): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    if (size >= mostBytes) break
  }
  return Buffer.concat(pieces).subarray(0, mostBytes).toString('utf8')
}
