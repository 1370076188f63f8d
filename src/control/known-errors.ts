/** What lower floors throw, as errors that a person can act on. */
import { existsSync } from 'node:fs'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { reasonOf } from '../core/said-error.ts'
import { EditPathError, EditRefusedError } from '../stores/files/edit-errors.ts'
import { FileError, systemCode } from '../stores/files/file-errors.ts'
import { nearestAbove } from '../stores/files/what-stands.ts'
import { StateUnwritableError } from '../stores/sqlite/errors.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'

/** What nobody expected keeps its words, without a stack. */
export function asOpenClawError(error: unknown): OpenClawError {
  if (error instanceof StateUnwritableError) {
    const folder = nearestAbove(error.file)
    return new OpenClawError('state-unwritable', { ...error.params, folder }, { cause: error })
  }
  if (error instanceof OpenClawError) return error
  if (error instanceof Json5SyntaxError) {
    const { line, column, met, expected } = error
    return new OpenClawError('config-syntax', { file: error.path ?? '', line, column, met, expected }, { cause: error })
  }
  if (error instanceof FileError) {
    // Where nothing was written there may be no such file to look at.
    const folder = error.kind === 'not-written' ? nearestAbove(error.path) : undefined
    const params = { file: error.path, detail: error.reason, ...(folder !== undefined && { folder }) }
    return new OpenClawError('file-unusable', params, { cause: error })
  }
  if (error instanceof EditPathError || error instanceof EditRefusedError)
    return new OpenClawError('bad-request', { detail: error.said }, { cause: error })
  const code = systemCode(error)
  if (code !== undefined && error instanceof Error && 'path' in error && typeof error.path === 'string') {
    const detail = phrase('system-refuses', { code })
    const folder = existsSync(error.path) ? undefined : nearestAbove(error.path)
    const params = { file: error.path, detail, ...(folder !== undefined && { folder }) }
    return new OpenClawError('file-unusable', params, { cause: error })
  }
  return new OpenClawError('internal', { detail: reasonOf(error) }, { cause: error })
}
