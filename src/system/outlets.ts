/** stdout and stderr: a pipe or a file is written to at once, a terminal through Node's stream, which costs 2 to 4 ms. */
import { fstatSync, statSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import type { Screen } from './terminal.ts'

export interface Outlet {
  /** What it shows on; empty where that is no terminal. */
  readonly screen: Screen
  write(text: string): void
  /** Node's own, for those who need one. */
  stream(): NodeJS.WriteStream
}

export const stdout = outlet(1, () =>
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that goes away (`| head`) ends us quietly: there is nobody left to tell.
    if (error.code === 'EPIPE') process.exit(0)
    // A terminal that was closed: what was begun is still to be ended well.
    if (error.code !== 'EIO') throw error
  }),
)

export const stderr = outlet(2, () => process.stderr.on('error', () => undefined)) // nobody is left to tell

function outlet(descriptor: 1 | 2, open: () => NodeJS.WriteStream): Outlet {
  let opened: NodeJS.WriteStream | undefined
  let isDirect: boolean | undefined
  const stream = (): NodeJS.WriteStream => {
    isDirect = false // what waits in the stream comes first
    return (opened ??= open())
  }
  const direct = (): boolean => (isDirect ??= opened === undefined && takesBytes(descriptor))
  return {
    stream,
    get screen() {
      return direct() ? {} : stream()
    },
    write(text) {
      if (!direct()) return void stream().write(text)
      let rest = Buffer.from(text)
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
      } catch {
        // Full, or its other end is gone: the stream waits, or meets the same error and tells it.
        stream().write(rest)
      }
    },
  }
}

/** On POSIX Node itself writes to pipes and files at once; a terminal, or Windows, is its stream's affair. */
function takesBytes(descriptor: number): boolean {
  if (process.platform === 'win32') return false
  try {
    const stats = fstatSync(descriptor)
    return !stats.isCharacterDevice() || stats.rdev === statSync(devNull).rdev
  } catch {
    return false
  }
}
