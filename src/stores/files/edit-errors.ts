/** Why an edit was not made. */

/** The path leads nowhere a value could stand. */
export class EditPathError extends Error {
  override readonly name = 'EditPathError'
  readonly path: readonly string[]

  constructor(path: readonly string[], reason: string) {
    super(`${shownPath(path)} cannot be edited: ${reason}.`)
    this.path = path
  }
}

/** The edited text would not have said what was wanted, so it was thrown away. */
export class EditRefusedError extends Error {
  override readonly name = 'EditRefusedError'
  readonly path: readonly string[]

  constructor(path: readonly string[], cause?: unknown) {
    super(`${shownPath(path)} could not be edited in place, so the text was left as it is.`, { cause })
    this.path = path
  }
}

export function shownPath(path: readonly string[]): string {
  if (path.length === 0) return 'The whole text'
  return path.map((segment) => (/^[\p{L}\p{N}_$:/@-]+$/u.test(segment) ? segment : JSON.stringify(segment))).join('.')
}
