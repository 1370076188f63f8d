/** Whether anybody still reads the pipe on stdout: one that is not written to does not tell its writer. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const STDOUT = '/proc/self/fd/1'
/** O_ACCMODE: the end for reading has 0 there. */
const ACCESS = 0o3

/**
 * Asked from time to time. True also where that cannot be known: it is no pipe, the system (any but Linux) does not show who holds
 * it, or its reader is somebody else's process.
 */
export function pipeReaders(): { left(): boolean } {
  const pipe = linkAt(STDOUT)
  if (!pipe?.startsWith('pipe:')) return { left: () => true }
  let readers = readersOf(pipe)
  if (readers.length === 0) return { left: () => true }
  return {
    left() {
      if (readers.some((place) => linkAt(place) === pipe)) return true
      // A shell hands its end on to the program that it starts.
      readers = readersOf(pipe)
      return readers.length > 0
    },
  }
}

function readersOf(pipe: string): readonly string[] {
  return entriesOf('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => entriesOf(`/proc/${pid}/fd`).map((fd) => ({ pid, fd })))
    .filter(({ pid, fd }) => linkAt(`/proc/${pid}/fd/${fd}`) === pipe && isForReading(`/proc/${pid}/fdinfo/${fd}`))
    .map(({ pid, fd }) => `/proc/${pid}/fd/${fd}`)
}

function isForReading(file: string): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(file, 'utf8')) ?? []
    return flags !== undefined && (parseInt(flags, 8) & ACCESS) === 0
  } catch {
    return false // it ended in this moment
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // somebody else's, or ended
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
