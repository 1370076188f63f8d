/** The main thread's end of the writer thread: starts it, sends turns of work, hears when it dies. */
import { Worker } from 'node:worker_threads'
import { keptSaid, phrase } from '../../core/phrase.ts'
import type { QuotaCount } from '../../core/quota-policy.ts'
import type { Problem } from './errors.ts'
import { unpacked, type FromWriter, type ToWriter, type WriterSettings } from './messages.ts'
import type { Operation, Outcome } from './operations.ts'
import type { Snapshot } from './state-file.ts'

export interface WriterLinkOptions {
  readonly workerFile: URL | string
  readonly settings: WriterSettings
  readonly onSnapshot: (snapshot: Snapshot) => void
  readonly onCounts: (counts: readonly QuotaCount[]) => void
  /** It ended unasked; the outcomes of what was under way have been told. */
  readonly onDeath: (problem: Problem) => void
}

export interface WriterLink {
  /** Starts the thread if none runs. The problem that it met with the file, if any; rejects when it died before. */
  start(): Promise<Problem | undefined>
  /** `done` is called once, in the order of sending, with an outcome for each operation. */
  send(operations: readonly Operation[], now: number, done: (outcomes: readonly Outcome[]) => void): void
  /** Everything sent is worked off before. */
  close(): Promise<void>
}

interface Sent {
  readonly size: number
  readonly done: (outcomes: readonly Outcome[]) => void
}

export function writerLink(options: WriterLinkOptions): WriterLink {
  const { settings } = options
  const sent = new Map<number, Sent>()
  let lastId = 0
  let worker: Worker | undefined
  let writer = settings.writer
  let closing = false

  const hear = (message: FromWriter): void => {
    switch (message.kind) {
      case 'opened':
        writer = message.writer
        return options.onSnapshot(message.snapshot)
      case 'changed':
        return options.onSnapshot(message.snapshot)
      case 'done':
        options.onCounts(message.changed)
        for (const done of message.works) {
          const work = sent.get(done.id)
          sent.delete(done.id)
          work?.done(unpacked(done))
        }
    }
  }

  const buried = (dead: Worker, why: string): void => {
    if (worker !== dead) return
    worker = undefined
    const detail = keptSaid(phrase('state-writer-gone', { reason: why }))
    const problem: Problem = { kind: 'unwritable', file: settings.path, detail }
    const lost = [...sent.values()]
    sent.clear()
    for (const { size, done } of lost) done(Array.from({ length: size }, () => ({ ok: false, problem })))
    if (!closing) options.onDeath(problem)
  }

  const spawn = (): Worker => {
    const born = new Worker(options.workerFile, {
      name: 'state-writer',
      // A diagnostic report has a part for each thread, and keys stand in the environment (bin/openclaw.cjs).
      execArgv: ['--report-exclude-env'],
      workerData: { ...settings, ...(writer !== undefined && { writer }) } satisfies WriterSettings,
    })
    born.on('message', hear)
    born.on('error', (error) => buried(born, error instanceof Error ? error.message : String(error)))
    born.on('exit', (code) => buried(born, `exit code ${code}`))
    return born
  }

  const post = (message: ToWriter): void => worker?.postMessage(message, [])

  return {
    start() {
      if (worker) return Promise.resolve(undefined)
      const born = spawn()
      worker = born
      return firstWord(born)
    },
    send(operations, now, done) {
      if (!worker) {
        const detail = keptSaid(phrase('state-writer-missing'))
        const problem: Problem = { kind: 'unwritable', file: settings.path, detail }
        return done(operations.map(() => ({ ok: false, problem })))
      }
      lastId += 1
      sent.set(lastId, { size: operations.length, done })
      post({ kind: 'work', id: lastId, now, operations })
    },
    async close() {
      closing = true
      const dying = worker
      if (!dying) return
      const ended = new Promise((resolve) => dying.once('exit', resolve))
      // Once for a lock of another process, once more for the disk.
      const impatience = setTimeout(() => void dying.terminate(), 2 * settings.busyMs + 2_000)
      post({ kind: 'close' })
      await ended
      clearTimeout(impatience)
    },
  }
}

function firstWord(born: Worker): Promise<Problem | undefined> {
  return new Promise((resolve, reject) => {
    born.once('message', (message: FromWriter) => resolve(message.kind === 'not-opened' ? message.problem : undefined))
    born.once('error', reject)
    born.once('exit', (code) => reject(new Error(`the writer thread ended with exit code ${code}`)))
  })
}
