/** Faults that were ordered, and wait for the request they shall hit. */

/** Takes the place of the answer: nothing has happened on the server when it strikes. */
export type InsteadFault =
  | { readonly kind: 'status'; readonly status: number; readonly body: unknown; readonly headers: Headers }
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers: Headers }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'no-token'; readonly empty: boolean }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'drop'; readonly reset: boolean }

/** Spoils the answer on its way: the request was served, and counted, when it strikes. */
export type SpoilingFault =
  | { readonly kind: 'cut'; readonly afterEvents: number; readonly clean: boolean; readonly reset: boolean }
  | { readonly kind: 'stall'; readonly afterEvents: number; readonly pingMs: number | undefined }
  | {
      readonly kind: 'delay'
      readonly afterEvents: number
      readonly delayMs: number
      readonly pingMs: number | undefined
    }
  | {
      readonly kind: 'error-in-stream'
      readonly afterEvents: number
      readonly status: number
      readonly code: string
      readonly message: string
      /** `event` as the portal does it, `wrapped` as most do, `finish` in the text of an `error_finish`. */
      readonly shape: 'event' | 'wrapped' | 'finish'
    }
  | { readonly kind: 'finish'; readonly afterEvents: number; readonly reason: string }
  | { readonly kind: 'no-done'; readonly open: boolean }
  | { readonly kind: 'malformed'; readonly afterEvents: number }

export type Fault = InsteadFault | SpoilingFault
export type Headers = Readonly<Record<string, string>>

interface QueuedFault {
  /** The beginning of the paths that it concerns. */
  readonly path: string
  readonly fault: Fault
  remaining: number
  matched: number
}

export interface FaultQueue {
  add(path: string, times: number, fault: Fault): void
  /** The next fault for this path if it is one that takes the place of the answer. */
  takeInstead(path: string): InsteadFault | undefined
  /** The next fault for this path if it is one that spoils the answer. */
  takeSpoiling(path: string): SpoilingFault | undefined
  all(): readonly QueuedFault[]
  /** None of them strikes any more. */
  clear(): void
}

export function createFaultQueue(): FaultQueue {
  const queue: QueuedFault[] = []
  const take = <Wanted extends Fault>(path: string, wanted: (fault: Fault) => fault is Wanted): Wanted | undefined => {
    const next = queue.find((entry) => entry.remaining > 0 && path.startsWith(entry.path))
    if (next === undefined || !wanted(next.fault)) return undefined
    next.remaining -= 1
    next.matched += 1
    return next.fault
  }
  return {
    add: (path, times, fault) => {
      queue.push({ path, fault, remaining: times, matched: 0 })
    },
    takeInstead: (path) => take(path, (fault): fault is InsteadFault => !isSpoiling(fault)),
    takeSpoiling: (path) => take(path, isSpoiling),
    all: () => queue,
    clear: () => void queue.splice(0),
  }
}

const spoiling: ReadonlySet<string> = new Set<SpoilingFault['kind']>([
  'cut',
  'stall',
  'delay',
  'error-in-stream',
  'finish',
  'no-done',
  'malformed',
])

function isSpoiling(fault: Fault): fault is SpoilingFault {
  return spoiling.has(fault.kind)
}
