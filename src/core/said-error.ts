/** An error whose reason is a phrase: whoever tells it to a person has it in that person's language. */
import { OpenClawError, type ErrorCode } from './errors.ts'
import { phrase, type Said } from './phrase.ts'

export class SaidError extends Error {
  readonly said: Said

  constructor(said: Said, options: { readonly cause?: unknown; readonly message?: string } = {}) {
    super(options.message ?? String(said), 'cause' in options ? { cause: options.cause } : undefined)
    this.said = said
  }
}

/** Somebody else held it for as long as was waited: asking again soon may help. */
export class BusyError extends SaidError {}

/** Why something failed, as a piece of a sentence: its phrase where it has one, else its words. */
export function reasonOf(error: unknown): Said {
  if (error instanceof SaidError) return error.said
  if (isError(error, 'state-unwritable')) return error.params.detail
  if (isError(error, 'secrets-locked') || isError(error, 'keychain-unusable')) return error.params.detail
  if (isError(error, 'passphrase-unfit')) return phrase('no-passphrase', { reason: error.params.detail })
  if (isError(error, 'file-unusable'))
    return phrase('at-file', { file: error.params.file, reason: error.params.detail })
  // What goes on after it, a comma say, is another's.
  if (error instanceof OpenClawError) return error.message.replace(/\.$/, '')
  return error instanceof Error ? error.message : String(error)
}

function isError<Code extends ErrorCode>(error: unknown, code: Code): error is OpenClawError<Code> {
  return error instanceof OpenClawError && error.code === code
}
