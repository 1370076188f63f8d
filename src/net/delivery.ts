/** Hands one answer to its handler: in order, held back while paused, ended once. */
import type { HeaderMap, ReplyHandler, TransportProblem } from '../core/ports.ts'

type Ending = { readonly kind: 'end' } | { readonly kind: 'problem'; readonly problem: TransportProblem }

export class Delivery {
  readonly #handler: ReplyHandler
  /** The handler threw: nothing more of the answer can be told to it. */
  readonly #broken: () => void
  #paused = false
  #held: Uint8Array[] = []
  #ending: Ending | undefined
  #over = false

  constructor(handler: ReplyHandler, broken: () => void) {
    this.#handler = handler
    this.#broken = broken
  }

  get paused(): boolean {
    return this.#paused
  }

  get over(): boolean {
    return this.#over
  }

  head(status: number, headers: HeaderMap): void {
    if (this.#over) return
    try {
      this.#handler.head(status, headers)
    } catch (error) {
      this.#break(error)
    }
  }

  data(chunk: Uint8Array): void {
    if (this.#over) return
    if (this.#paused || this.#held.length > 0) this.#held.push(chunk)
    else this.#pass(chunk)
  }

  /** After what is held. */
  finish(ending: Ending): void {
    if (this.#over) return
    this.#ending = ending
    if (!this.#paused && this.#held.length === 0) this.#end(ending)
  }

  /** Now, without what is held. The handler hears of it once the present turn is done. */
  cutShort(problem: TransportProblem): void {
    if (this.#over) return
    this.#over = true
    this.#held = []
    queueMicrotask(() => this.#tell({ kind: 'problem', problem }))
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    // Never from inside the caller's own call.
    if (this.#held.length > 0 || this.#ending) queueMicrotask(() => this.#release())
  }

  #release(): void {
    while (!this.#paused && !this.#over) {
      const chunk = this.#held.shift()
      if (chunk) {
        this.#pass(chunk)
      } else {
        if (this.#ending) this.#end(this.#ending)
        return
      }
    }
  }

  #pass(chunk: Uint8Array): void {
    try {
      this.#handler.data(chunk)
    } catch (error) {
      this.#break(error)
    }
  }

  #end(ending: Ending): void {
    this.#over = true
    this.#tell(ending)
  }

  #tell(ending: Ending): void {
    try {
      if (ending.kind === 'end') this.#handler.end()
      else this.#handler.problem(ending.problem)
    } catch (error) {
      warnOf(error)
    }
  }

  #break(error: unknown): void {
    warnOf(error)
    this.#broken()
  }
}

/** A fault in our own code: no answer can carry it, and one bad reader must not end all the others. */
function warnOf(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)))
}
