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

/** Of a request that nobody answered: `ref=failure` of who was asked, `ref=reason` of who was not, in order. */
export interface Tried {
  readonly tried?: readonly string[]
  readonly passed?: readonly string[]
}

/** Who was asked and what each said; who was not, and why. */
export const triedToo = ({ tried, passed }: Tried): string => {
  const parts = [
    ...(tried ? [`tried: ${counted(tried).join(', ')}`] : []),
    ...(passed ? [`not asked: ${counted(passed).join(', ')}`] : []),
  ]
  return parts.length > 0 ? ` (${parts.join('; ')})` : ''
}

/** Who said the same twice is told once, with the number of times. */
export function counted(names: readonly string[], gap = ' '): readonly string[] {
  return [...Map.groupBy(names, (name) => name)].map(([name, { length }]) =>
    length > 1 ? `${name}${gap}×${length}` : name,
  )
}
