/** The text of a file, and the hash that tells it from others. */
import type { FileText } from '../../core/edit.ts'
import { phrase } from '../../core/phrase.ts'
import { FileError } from './file-errors.ts'
import { readOwnFile } from './own-file.ts'

/** Undefined: there is no such file. */
export function textAt(path: string): FileText | undefined {
  const bytes = readOwnFile(path)
  if (bytes === undefined) return undefined
  try {
    return fileText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), bytes)
  } catch (cause) {
    throw new FileError('not-utf8', path, phrase('not-utf8'), { cause })
  }
}

export function fileText(text: string, bytes: string | Uint8Array = text): FileText {
  return {
    text,
    // Most readers want the text alone, and node:crypto costs a command 4 ms.
    get hash() {
      return process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex')
    },
  }
}
