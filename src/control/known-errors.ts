/** What lower floors throw, as errors that a person can act on. */
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { reasonOf } from '../core/said-error.ts'
import { EditPathError, EditRefusedError } from '../stores/files/edit-errors.ts'
import { FileError, systemCode } from '../stores/files/file-errors.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'

/** What nobody expected keeps its words, without a stack. */
export function asOpenClawError(error: unknown): OpenClawError {
  if (error instanceof OpenClawError) return error
  if (error instanceof Json5SyntaxError) {
    const { line, column, met, expected } = error
    return new OpenClawError('config-syntax', { file: error.path ?? '', line, column, met, expected }, { cause: error })
  }
  if (error instanceof FileError)
    return new OpenClawError('file-unusable', { file: error.path, detail: error.reason }, { cause: error })
  if (error instanceof EditPathError || error instanceof EditRefusedError)
    return new OpenClawError('bad-request', { detail: error.said }, { cause: error })
  const code = systemCode(error)
  if (code !== undefined && error instanceof Error && 'path' in error && typeof error.path === 'string') {
    const detail = phrase('system-refuses', { code })
    return new OpenClawError('file-unusable', { file: error.path, detail }, { cause: error })
  }
  return new OpenClawError('internal', { detail: reasonOf(error) }, { cause: error })
}
