/** Why a file was not read or written. */
import { phrase, type Said } from '../../core/phrase.ts'
import { SaidError } from '../../core/said-error.ts'

export type FileProblem = 'not-a-file' | 'not-ours' | 'not-utf8' | 'kept-changing' | 'not-written'

export class FileError extends SaidError {
  override readonly name = 'FileError'
  readonly kind: FileProblem
  readonly path: string
  /** Without the path. */
  readonly reason: Said

  constructor(kind: FileProblem, path: string, reason: Said, options: { readonly cause?: unknown } = {}) {
    super(phrase('at-file', { file: path, reason }), { ...options, message: `${path}: ${String(reason)}.` })
    this.reason = reason
    this.kind = kind
    this.path = path
  }
}

/** The errno name of a system call's error (`ENOENT`), if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Undefined: there is nothing there. */
export async function ifPresent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A system call's error in words for people; any other error as it is. */
export function inWordsAt(file: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code === undefined) return error
  return new SaidError(phrase('at-file', { file, reason: phrase('system-refuses', { code }) }), { cause: error })
}
