/** A process of ours in the background: started apart from this terminal, its words in a log file. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, constants, createReadStream, fstatSync, lstatSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'

/** How the command line begins an error, in every language. */
export const ERROR_LABEL = 'Error: '
const LONGEST_LOG_BYTES = 1_048_576

export interface BackgroundOrder {
  readonly launcher: string
  /** In the place of the Node that runs us. */
  readonly node?: string
  readonly arguments: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly log: string
  /** In the place of the folder that we are in. */
  readonly folder?: string
  /** It may be spoken with: a channel that Node opens between the two. */
  readonly withChannel?: true
}

export interface BackgroundProcess {
  readonly pid: number
  readonly process: ChildProcess
  /** Resolves with the exit code when it ends while we still watch. */
  readonly ended: Promise<number | null>
  /** Why the system has not started it, or the last error that it logged, without its label; undefined where there is none. */
  lastError(): Promise<string | undefined>
  /** From here on it lives without us. */
  letGo(): void
}

/**
 * Runs the Node that is named, or this one itself (`process.execPath`), never another that PATH may hold, in the folder we are in: what relative
 * paths in the environment mean stays the same. The log is ours alone (0600).
 */
export function startInBackground({
  launcher,
  node = process.execPath,
  arguments: words,
  environment,
  log,
  folder,
  withChannel,
}: BackgroundOrder): BackgroundProcess {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 })
  startAnew(log)
  const file = openLog(log)
  const before = fstatSync(file).size
  try {
    const child = spawn(...withoutTraces(node, [launcher, ...words]), {
      detached: true,
      stdio: ['ignore', file, file, ...(withChannel ? ['ipc' as const] : [])],
      env: environment,
      ...(folder !== undefined && { cwd: folder }),
    })
    let refusal: string | undefined
    const ended = new Promise<number | null>((resolve) => {
      child.on('exit', (code) => resolve(code))
      child.on('error', ({ message }) => {
        refusal = message
        resolve(1)
      })
    })
    return {
      pid: child.pid ?? 0,
      process: child,
      ended,
      lastError: async () => refusal ?? lastErrorIn(log, before),
      letGo() {
        if (child.connected) child.disconnect()
        child.unref()
      },
    }
  } finally {
    closeSync(file)
  }
}

/**
 * A crash leaves no file of its memory, where tokens are (Windows leaves none by itself), and no report with the
 * environment, where keys are. It stays one process.
 */
function withoutTraces(node: string, given: readonly string[]): [string, string[]] {
  const words = ['--report-exclude-env', ...given]
  if (process.platform === 'win32') return [node, words]
  return ['/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', node, ...words]]
}

/** What stands before `start` was said by processes before this one. */
async function lastErrorIn(log: string, start: number): Promise<string | undefined> {
  const said = await text(createReadStream(log, { start })).catch(() => '') // no log, no words
  const line = said.split('\n').findLast((candidate) => candidate.startsWith(ERROR_LABEL))
  return line?.slice(ERROR_LABEL.length)
}

/**
 * A log that has grown long is kept once, beside the new one; what is no file of our own (a link into somebody's other
 * file, a pipe that nobody reads) is put aside there too.
 */
function startAnew(log: string): void {
  const stats = lstatSync(log, { throwIfNoEntry: false })
  if (!stats) return
  if (!stats.isFile() || stats.nlink > 1 || stats.size > LONGEST_LOG_BYTES) renameSync(log, `${log}.old`)
}

/** Waits for nobody and follows no link, should one have come since. */
function openLog(log: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT } = constants
  // Windows has neither of them.
  const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  return openSync(log, O_WRONLY | O_APPEND | O_CREAT | careful, 0o600)
}
