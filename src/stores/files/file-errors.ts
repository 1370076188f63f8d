/** Why a file was not read or written. */

export type FileProblem = 'not-a-file' | 'not-ours' | 'not-utf8' | 'kept-changing' | 'not-written'

export class FileError extends Error {
  override readonly name = 'FileError'
  readonly kind: FileProblem
  readonly path: string

  constructor(kind: FileProblem, path: string, detail: { readonly is: string; readonly cause?: unknown }) {
    super(`${path} ${detail.is}.`, { cause: detail.cause })
    this.kind = kind
    this.path = path
  }
}

/** The errno name of a system call's error (`ENOENT`), if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
