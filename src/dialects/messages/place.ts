/** Where in a request something stands that has no word elsewhere, or that cannot be carried there. */

export interface Place {
  readonly path: string
  /** Gets the names of what has no word. */
  readonly unsaid: Set<string>
}

/** What lives at one upstream alone. */
export class UncarriedError extends Error {
  readonly param: string
  /** The subject of a sentence: `A stored file`. */
  readonly what: string

  constructor(param: string, what: string) {
    super(what)
    this.param = param
    this.what = what
  }
}

/** A type as a caller wrote it, for the name of what has no word. */
export function typeNamed(type: unknown): string {
  return typeof type === 'string' ? type : 'unknown'
}
