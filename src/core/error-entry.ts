/** A row of the table of errors. */
import type { Worded } from './phrase.ts'

export type ExitCode = 0 | 1 | 2 | 4

export interface ErrorEntry<Params> {
  readonly status: number
  readonly exit: ExitCode
  /** Line 1 of the guide's five troubles: these letters in every language. */
  readonly headline?: (params: Params) => string | undefined
  /** What was met, and what was expected; phrases come in words. */
  readonly message: (params: Worded<Params>) => string
  /** The command to run next. */
  readonly run?: (params: Params) => string
}

export const entry = <Params>(value: ErrorEntry<Params>): ErrorEntry<Params> => value

/** Whom else a request was tried with, and what each said. */
export const triedToo = ({ tried }: { readonly tried?: readonly string[] }): string =>
  tried ? ` (tried: ${tried.join(', ')})` : ''
