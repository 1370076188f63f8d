/** Operations that wait in memory while state.db cannot be written. */
import type { Operation } from './operations.ts'

export interface WaitingOperations {
  /** The oldest goes when there is no room: the newest is what people ask for first. */
  add(operation: Operation): void
  /** The oldest first. */
  takeAll(): readonly Operation[]
  /** Before all that came since. */
  putBack(operations: readonly Operation[]): void
  size(): number
  /** Counts one that cannot be written at all. */
  drop(): void
  dropAll(): void
  dropped(): number
}

const ROOM = 1_000

export function waitingOperations(): WaitingOperations {
  let operations: Operation[] = []
  let dropped = 0
  const fit = (): void => {
    dropped += operations.splice(0, operations.length - ROOM).length
  }
  return {
    add(operation) {
      operations.push(operation)
      if (operations.length > ROOM) fit()
    },
    takeAll() {
      const all = operations
      operations = []
      return all
    },
    putBack(earlier) {
      operations = [...earlier, ...operations]
      if (operations.length > ROOM) fit()
    },
    size: () => operations.length,
    drop() {
      dropped += 1
    },
    dropAll() {
      dropped += operations.length
      operations = []
    },
    dropped: () => dropped,
  }
}
