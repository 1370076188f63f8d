/** What a command gets and gives. */
import type { App } from '../app.ts'
import type { ExitCode } from '../core/error-entry.ts'
import type { Output } from './output.ts'

export interface CommandInput {
  readonly app: App
  readonly output: Output
  readonly arguments: readonly string[]
  /** A value option's text, a switch's true. */
  readonly options: Readonly<Record<string, string | true | undefined>>
  /** Aborts at Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Aborts at the second of them. */
  readonly force: AbortSignal
}

export interface CommandModule {
  readonly run: (input: CommandInput) => Promise<ExitCode>
}

/** A value option's text. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name]
  return typeof value === 'string' ? value : undefined
}
