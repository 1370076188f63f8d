/** An error as a person or a program reads it. */
import type { ExitCode } from '../core/error-entry.ts'
import type { OpenClawError } from '../core/errors.ts'
import type { Said } from '../core/phrase.ts'
import type { Words } from '../texts/index.ts'

/** Line 1 and the status of the guide's troubles are the same in every language; the rest is the reader's. */
export function errorLines(error: OpenClawError, words: Words): readonly string[] {
  const message = words.say(error)
  const { headline, run } = error
  const next = run ? [words.texts.labelled(words.texts.run, run)] : []
  return headline ? [`Error: ${headline}`, `Status: ${error.status}`, message, ...next] : [`Error: ${message}`, ...next]
}

/** What the process ends with; 130 is the shell's own number for a program that Ctrl-C ended. */
export function exitOf(error: OpenClawError): ExitCode | 130 {
  return error.status === 499 ? 130 : error.exit
}

export function errorJson(error: OpenClawError): {
  readonly error: Record<string, unknown>
  readonly exit: ExitCode | 130
} {
  const { code, status, headline, run, message } = error
  const exit = exitOf(error)
  return { error: { code, status, message: headline ? `${headline}: ${message}` : message, ...(run && { run }) }, exit }
}

/** The same with its problem in English, for programs. */
export function toldInJson(row: { readonly problem?: Said | OpenClawError }): object {
  const { problem } = row
  if (problem === undefined) return row
  return { ...row, problem: problem instanceof Error ? problem.message : String(problem) }
}
