/** What is wrong with a JSON5 text, in words for the person who wrote it. */
import { phrase, type Said } from '../../core/phrase.ts'
import { SaidError } from '../../core/said-error.ts'
import { expectedAt } from './json5-expected.ts'
import { placeOf, type Place } from './text-lines.ts'

export interface SyntaxProblem extends Place {
  readonly met: Said
  readonly expected: Said
}

/** Quotes at most one character of the text, or a word such as `undefined`: a secret never gets into the message. */
export class Json5SyntaxError extends SaidError {
  override readonly name = 'Json5SyntaxError'
  readonly line: number
  readonly column: number
  readonly met: Said
  readonly expected: Said
  readonly path: string | undefined

  constructor(problem: SyntaxProblem, options: { readonly path?: string; readonly cause?: unknown } = {}) {
    const { line, column, met, expected } = problem
    const place = options.path === undefined ? `line ${line}, column ${column}` : `${options.path}:${line}:${column}`
    super(phrase('at-file', { file: place, reason: phrase('met-instead', { met, expected }) }), {
      cause: options.cause,
      message: `${place}: met ${String(met)}, expected ${String(expected)}.`,
    })
    this.line = line
    this.column = column
    this.met = met
    this.expected = expected
    this.path = options.path
  }

  /** The same problem, naming its file. */
  inFile(path: string): Json5SyntaxError {
    return new Json5SyntaxError(this, { path, cause: this.cause })
  }
}

/** `offset` is where a parser stopped; the text before it is taken to be right. */
export function syntaxErrorAt(text: string, offset: number, cause: unknown): Json5SyntaxError {
  const { at, met, expected } = expectedAt(text, offset)
  return new Json5SyntaxError({ ...placeOf(text, at), met, expected }, { cause })
}
