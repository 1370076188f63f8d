/** What is thrown where a person must act: a row of the table with what was met. */
import type { ErrorEntry, ExitCode } from './error-entry.ts'
import { ERRORS } from './error-table.ts'
import { worded, type Worded } from './phrase.ts'

export type ErrorCode = keyof typeof ERRORS
export type ErrorParams<Code extends ErrorCode> =
  (typeof ERRORS)[Code] extends ErrorEntry<infer Params extends object> ? Params : never

/** What a language gives for each code beside English. */
export type ErrorTexts = { readonly [Code in ErrorCode]: (params: Worded<ErrorParams<Code>>) => string }

/** Thrown where a person must act. `message` is English; `texts/` renders it in the reader's language by code. */
export class OpenClawError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly params: ErrorParams<Code>
  /** The HTTP status met upstream, else the table's. */
  readonly status: number
  readonly retryAt: Date | undefined

  constructor(
    code: Code,
    params: ErrorParams<Code>,
    options: { readonly cause?: unknown; readonly status?: number; readonly retryAt?: Date } = {},
  ) {
    const row = entryOf<Code>(code)
    super(row.message(worded(params)), 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'OpenClawError'
    this.code = code
    this.params = params
    this.status = options.status ?? row.status
    this.retryAt = options.retryAt
  }

  get exit(): ExitCode {
    return entryOf(this.code).exit
  }

  get headline(): string | undefined {
    return entryOf(this.code).headline?.(this.params)
  }

  get run(): string | undefined {
    return entryOf(this.code).run?.(this.params)
  }
}

function entryOf<Code extends ErrorCode>(code: Code): ErrorEntry<ErrorParams<Code>> {
  return ERRORS[code] as unknown as ErrorEntry<ErrorParams<Code>>
}
