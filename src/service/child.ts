/** A process of ours that lives as long as we do: its first line is waited for, its end is certain. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { phrase } from '../core/phrase.ts'
import { SaidError } from '../core/said-error.ts'
import { ERROR_LABEL } from './background.ts'

export interface ChildOrder {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** Ends it, also before its first line. */
  readonly signal?: AbortSignal
}

export interface Child {
  readonly pid: number
  /** The first line on its stdout. */
  readonly firstLine: string
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<number | null>
  /** SIGTERM, then SIGKILL after `patienceMs`. */
  stop(patienceMs?: number): Promise<void>
}

/** Rejects with its last words when it ends before its first line. */
export async function startChild({ file, arguments: words, environment, signal }: ChildOrder): Promise<Child> {
  // It reads from us: should we die without a word, the end of its stdin tells it.
  const child = spawn(process.execPath, [file, ...words], { stdio: ['pipe', 'pipe', 'pipe'], env: environment })
  const end = (): void => void child.kill('SIGTERM')
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end)
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-2_000)
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.on('error', reject)
    // `close`, not `exit`: its last words may still be on their way then.
    child.once('close', () => reject(new SaidError(withoutLabel(lastWords.trim()) || phrase('ended-wordless'))))
  })
  return {
    pid: child.pid ?? 0,
    firstLine,
    ended,
    async stop(patienceMs = 5_000) {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(hard)
    },
  }
}

/** Whoever tells it puts a label of its own before it. */
function withoutLabel(words: string): string {
  return words.startsWith(ERROR_LABEL) ? words.slice(ERROR_LABEL.length) : words
}
