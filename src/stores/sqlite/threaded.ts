/** State behind a writer thread, for a process whose streams may not wait for a disk. */
import { phrase, saidFrom, type Said } from '../../core/phrase.ts'
import type { Clock, State } from '../../core/ports.ts'
import { errorOf, StateUnwritableError } from './errors.ts'
import { memoryView } from './memory-view.ts'
import { DEFAULT_BUSY_MS } from './open.ts'
import { answerOf, EFFECTS, operationOf, type Operation, type Outcome, type Perform } from './operations.ts'
import { outageOf } from './outage.ts'
import { portsOver } from './port-calls.ts'
import { writerLink } from './writer-link.ts'

export interface ThreadedOptions {
  /** Of state.db. */
  readonly path: string
  readonly clock: Clock
  /** The built writer.ts. */
  readonly workerFile: URL | string
  /** How long another process's lock is waited for. */
  readonly busyMs?: number
  /** How often others' changes are looked for. */
  readonly pollMs?: number
}

export interface StateHealth {
  readonly writable: boolean
  /** Rows that wait in memory until state.db can be written again. */
  readonly waitingRows: number
  /** Rows given up, since more waited than memory keeps. */
  readonly droppedRows: number
  /** Why it cannot be written. */
  readonly reason?: Said
}

export interface ThreadedState extends State {
  health(): StateHealth
}

/** Waking the writer thread costs more than a row. */
const GATHER_MS = 5

/** An operation of this turn, and who waits for it. */
interface Call {
  readonly operation: Operation
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * Rejects when a person must act (a file of a later version, a damaged one); a file that cannot be written at the
 * moment is opened once it can. While it cannot be written `reserve` rejects at once, `settle` and the cooldowns
 * resolve as soon as they wait in memory, where rests hold already.
 */
export async function openThreadedState(options: ThreadedOptions): Promise<ThreadedState> {
  const { path, clock, busyMs = DEFAULT_BUSY_MS, pollMs = 500 } = options
  const view = memoryView(clock)
  const shutdown = new AbortController()
  const link = writerLink({
    workerFile: options.workerFile,
    settings: { path, busyMs, pollMs },
    onSnapshot: (snapshot) => view.replace(snapshot),
    onCounts: (counts) => view.count(counts),
    onDeath: (problem) => outage.begin(problem),
  })
  const onStored = (operation: Operation): void => view.stored(operation)
  const outage = outageOf({ link, clock, shutdown: shutdown.signal, onStored })

  let turn: Call[] = []
  let soon: NodeJS.Immediate | undefined
  let later: NodeJS.Timeout | undefined
  const flush = (): void => {
    const calls = turn
    turn = []
    clearImmediate(soon)
    clearTimeout(later)
    soon = later = undefined
    if (calls.length === 0) return
    const operations = calls.map(({ operation }) => operation)
    link.send(operations, clock.now().getTime(), (outcomes) => {
      for (const [index, call] of calls.entries()) conclude(call, outcomes[index])
    })
  }

  const conclude = ({ operation, resolve, reject }: Call, outcome: Outcome | undefined): void => {
    if (outcome?.ok) {
      view.stored(operation)
      return resolve(outcome.answer)
    }
    const problem = outcome?.problem ?? { kind: 'fault', file: path, detail: 'it was not answered' }
    const unwritten = problem.kind !== 'fault' && EFFECTS[operation.kind] !== 'none'
    if (unwritten) outage.begin(problem)
    if (mayWait(operation)) {
      if (!outage.finished(operation, outcome)) outage.wait(operation)
      return resolve(undefined)
    }
    // The answer is no, so nothing may stay counted, should it have been written all the same.
    if (unwritten && operation.kind === 'reserve') outage.wait({ kind: 'withdraw', input: operation.input.row })
    reject(errorOf(unwritten ? { ...problem, kind: 'unwritable' } : problem))
  }

  const perform: Perform = (kind, input) => {
    const operation = operationOf(kind, input)
    if (shutdown.signal.aborted) return Promise.reject(new Error(`${path} was closed`))
    view.believe(operation)
    const trouble = outage.trouble()
    if (trouble && kind === 'reserve') return Promise.reject(errorOf(trouble))
    if (trouble && mayWait(operation)) {
      outage.wait(operation)
      return Promise.resolve(answerOf(kind, undefined))
    }
    return new Promise((resolve, reject) => {
      turn.push({ operation, resolve: (answer) => resolve(answerOf(kind, answer)), reject })
      // One message a turn, however many requests arrived in it; what nobody waits for gathers a little longer.
      if (mayWait(operation)) later ??= setTimeout(flush, GATHER_MS)
      else soon ??= setImmediate(flush)
    })
  }

  const close = async (): Promise<void> => {
    if (shutdown.signal.aborted) return
    shutdown.abort()
    flush()
    await outage.flush()
    await link.close()
    outage.abandon()
  }

  const ports = portsOver(perform)
  const problem = await link.start().catch((error: unknown) => {
    shutdown.abort()
    throw new StateUnwritableError(path, phrase('state-writer-missing'), { cause: error })
  })
  if (problem && problem.kind !== 'unwritable') {
    await close()
    throw errorOf(problem)
  }
  if (problem) outage.begin(problem)
  return {
    ...ports,
    cooldowns: { ...ports.cooldowns, list: () => Promise.resolve(view.rests()) },
    view: {
      used: (account, day) => view.used(account, day),
      rest: (key) => view.rest(key),
      tokens: () => view.tokens(),
      writable: () => outage.trouble() === undefined,
    },
    health() {
      const reason = outage.trouble()?.detail
      return {
        writable: reason === undefined,
        waitingRows: outage.waitingRows(),
        droppedRows: outage.droppedRows(),
        ...(reason !== undefined && { reason: saidFrom(reason) }),
      }
    },
    close,
  }
}

/** What nobody waits for: it is kept in memory until it can be written. */
function mayWait({ kind }: Operation): boolean {
  return kind === 'settle' || kind === 'putRest' || kind === 'clearRests'
}
