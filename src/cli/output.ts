/** Where a command writes: results on stdout, all else on stderr. */
import type { Words } from '../texts/index.ts'
import type { Styles } from '../system/terminal.ts'

export interface Output {
  readonly words: Words
  /** For stdout; they colour nothing where colour is not wanted. */
  readonly styles: Styles
  /** Columns of the screen; undefined = not a terminal, so nothing is cut. */
  readonly width: number | undefined
  /** Somebody sits at it: both ends are a terminal and nobody asked for JSON. */
  readonly interactive: boolean
  /** A line of the result. */
  line(text?: string): void
  /** A piece of the result without a line end. */
  piece(text: string): void
  /** A line about the work. */
  note(text: string): void
  /** The result for programs. */
  json(value: unknown): void
}
