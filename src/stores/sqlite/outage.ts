/** The time in which state.db cannot be written: what waits meanwhile, and the tries to write it. */
import type { Clock } from '../../core/ports.ts'
import type { Problem } from './errors.ts'
import type { Operation, Outcome } from './operations.ts'
import { waitingOperations } from './waiting-operations.ts'
import type { WriterLink } from './writer-link.ts'

export interface OutageMeans {
  readonly link: WriterLink
  readonly clock: Clock
  /** Aborts when nothing more is to be tried. */
  readonly shutdown: AbortSignal
  readonly onStored: (operation: Operation) => void
}

export interface Outage {
  /** Why nothing can be written; undefined = it can. */
  trouble(): Problem | undefined
  /** From now on, until everything that waits is written. */
  begin(problem: Problem): void
  wait(operation: Operation): void
  /** False = it did not happen and may be tried again. One that is at fault itself is given up. */
  finished(operation: Operation, outcome: Outcome | undefined): boolean
  waitingRows(): number
  droppedRows(): number
  /** The last try; what cannot be written then is given up by `abandon`. */
  flush(): Promise<void>
  abandon(): void
}

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 10_000

export function outageOf({ link, clock, shutdown, onStored }: OutageMeans): Outage {
  const waiting = waitingOperations()
  let trouble: Problem | undefined
  let trying = false

  const begin = (problem: Problem): void => {
    trouble = { ...problem, kind: 'unwritable' }
    if (trying) return
    trying = true
    void tryUntilWritten()
  }

  const tryUntilWritten = async (): Promise<void> => {
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)) {
      await clock.sleep(delayMs, shutdown).catch(() => undefined)
      if (shutdown.aborted) return
      // What came in while one batch was written is the next.
      while (await writeWaiting()) {
        if (waiting.size() > 0) continue
        trying = false
        trouble = undefined
        return
      }
    }
  }

  /** True when all that waited is written now. */
  const writeWaiting = async (): Promise<boolean> => {
    if (!(await threadRuns(link))) return false
    const operations = waiting.takeAll()
    const [probe, ...outcomes] = await new Promise<readonly Outcome[]>((resolve) => {
      link.send([{ kind: 'probe', input: undefined }, ...operations], clock.now().getTime(), resolve)
    })
    const again = operations.filter((operation, index) => !finished(operation, outcomes[index]))
    waiting.putBack(again)
    if (probe && !probe.ok) begin(probe.problem)
    return probe?.ok === true && again.length === 0
  }

  const finished = (operation: Operation, outcome: Outcome | undefined): boolean => {
    if (outcome?.ok) {
      onStored(operation)
      return true
    }
    if (outcome?.problem.kind !== 'fault') return false
    waiting.drop()
    return true
  }

  return {
    trouble: () => trouble,
    begin,
    wait: (operation) => waiting.add(operation),
    finished,
    waitingRows: () => waiting.size(),
    droppedRows: () => waiting.dropped(),
    async flush() {
      if (waiting.size() > 0) await writeWaiting()
    },
    abandon: () => waiting.dropAll(),
  }
}

async function threadRuns(link: WriterLink): Promise<boolean> {
  try {
    await link.start()
    return true
  } catch {
    // Its death was told already (onDeath), with the reason.
    return false
  }
}
