/** Why an edit was not made. */
import { phrase, type Said } from '../../core/phrase.ts'
import { SaidError } from '../../core/said-error.ts'

/** The path leads nowhere a value could stand. */
export class EditPathError extends SaidError {
  override readonly name = 'EditPathError'
  readonly path: readonly string[]

  constructor(path: readonly string[], reason: Said) {
    super(phrase('edit-impossible', { place: shownPath(path), reason }))
    this.path = path
  }
}

/** The edited text would not have said what was wanted, so it was thrown away. */
export class EditRefusedError extends SaidError {
  override readonly name = 'EditRefusedError'
  readonly path: readonly string[]

  constructor(path: readonly string[], cause?: unknown) {
    super(phrase('edit-refused', { place: shownPath(path) }), { cause })
    this.path = path
  }
}

export function shownPath(path: readonly string[]): Said {
  if (path.length === 0) return phrase('whole-file')
  return path.map((segment) => (/^[\p{L}\p{N}_$:/@-]+$/u.test(segment) ? segment : JSON.stringify(segment))).join('.')
}
