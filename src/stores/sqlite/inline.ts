/** State on the calling thread, for a process without streams: a thread would cost it more than all its writes. */
import { statSync } from 'node:fs'
import type { Clock, State } from '../../core/ports.ts'
import { errorOf, problemOf, StateFileError, StateUnwritableError } from './errors.ts'
import { DEFAULT_BUSY_MS, isClosedToUs } from './open.ts'
import { answerOf, EFFECTS, EMPTY_ANSWERS, operationOf, type Operation, type Perform } from './operations.ts'
import { portsOver } from './port-calls.ts'
import { openStateFile, openStateFileToRead, type StateFile } from './state-file.ts'

export interface InlineOptions {
  /** Of state.db. */
  readonly path: string
  readonly clock: Clock
  /** How long another process's lock is waited for. */
  readonly busyMs?: number
}

/**
 * Opens at the first use; makes the file at the first write, so that a question to a state.db that does not exist
 * leaves no trace. `settle` does not reject while the file cannot be written: the row stays open, and is `unknown`
 * once this process has ended.
 */
export function openInlineState({ path, clock, busyMs = DEFAULT_BUSY_MS }: InlineOptions): Promise<State> {
  let file: StateFile | undefined
  let writable = true
  let closed = false

  /** What a person must mend is not looked at again: a process is over before that is done. */
  let hopeless: StateFileError | undefined

  const opened = (): StateFile => {
    if (hopeless) throw hopeless
    try {
      file ??= openSettled(path, busyMs)
      return file
    } catch (error) {
      if (error instanceof StateFileError) hopeless = error
      throw error
    }
  }
  /** Whoever may not write there is answered all the same, and counts nothing. */
  let readable: StateFile | undefined
  const openedToRead = (): StateFile => {
    try {
      return readable ?? opened()
    } catch (error) {
      if (!(error instanceof StateUnwritableError) || !isClosedToUs(error)) throw error
      readable = openStateFileToRead({ path, busyMs, checkpoints: 'by-hand' })
      writable = false
      return readable
    }
  }
  const openedIfThere = (): StateFile | undefined =>
    file || readable || (!closed && statSync(path, { throwIfNoEntry: false })) ? openedToRead() : undefined

  const write = (operation: Operation): unknown => {
    try {
      const answer = runOne(opened(), operation, clock)
      writable = true
      return answer
    } catch (error) {
      if (isOfTheFile(error)) writable = false
      throw error
    }
  }

  const performNow = (operation: Operation): unknown => {
    if (closed) throw new Error(`${path} was closed`)
    if (EFFECTS[operation.kind] !== 'none') return write(operation)
    const there = openedIfThere()
    return there ? runOne(there, operation, clock) : EMPTY_ANSWERS[operation.kind]
  }
  const perform: Perform = async (kind, input) => answerOf(kind, performNow(operationOf(kind, input)))

  /** What the file says of itself now; undefined = there is none. */
  const viewed = <Answer>(look: (there: StateFile) => Answer): Answer | undefined => {
    try {
      const there = openedIfThere()
      return there && look(there)
    } catch (error) {
      throw errorOf(problemOf(error, path), { cause: error })
    }
  }

  const ports = portsOver(perform)
  return Promise.resolve({
    ...ports,
    ledger: {
      ...ports.ledger,
      async settle(row, options) {
        try {
          await ports.ledger.settle(row, options)
        } catch (error) {
          if (!isOfTheFile(error)) throw error
        }
      },
    },
    view: {
      used: (account, day) => viewed((there) => there.used(account, day)) ?? 0,
      rest: (key) => viewed((there) => there.rest(key, clock.now().getTime())),
      tokens: () => viewed((there) => there.tokens()) ?? [],
      writable: () => writable,
    },
    close() {
      closed = true
      for (const each of [file, readable]) each?.close()
      file = readable = undefined
      return Promise.resolve()
    },
  })
}

function isOfTheFile(error: unknown): boolean {
  return error instanceof StateUnwritableError || error instanceof StateFileError
}

function openSettled(path: string, busyMs: number): StateFile {
  const file = openStateFile({ path, busyMs, checkpoints: 'by-itself' })
  try {
    file.settleTheDead()
  } catch {
    // A file that can be read and not written answers all the same; the next to write it will settle them.
  }
  return file
}

function runOne(file: StateFile, operation: Operation, clock: Clock): unknown {
  const [outcome] = file.run([operation], clock.now().getTime()).outcomes
  if (!outcome?.ok) throw outcome ? errorOf(outcome.problem) : new Error('no outcome')
  return outcome.answer
}
