/** A JSON5 file on disk that a person and several of our processes edit. */
import type { Lock, OwnTexts, SettingsFile } from '../../core/edit.ts'
import type { FileSystem } from './atomic-write.ts'
import { textAt } from './file-text.ts'

/**
 * `edit` throws a Json5SyntaxError that names the file, an EditPathError, an EditRefusedError or a FileError; nothing
 * is written then. `<path>.bak` keeps the last text that was not ours, from before we wrote over it.
 * The lock's key is `file:` and the file's own path, so that all links to it meet in one lock; `ours` knows it by that
 * path too.
 */
export function settingsFile(path: string, lock: Lock, ours: OwnTexts, fileSystem?: FileSystem): SettingsFile {
  const means = { lock, ours, ...(fileSystem && { fileSystem }) }
  return {
    path,
    read: async () => textAt(path),
    // Readers need no editor: it is loaded by the first edit.
    edit: async (change) => (await import('./settings-edit.ts')).editFile(path, change, means),
    rehearse: async (change) => (await import('./settings-edit.ts')).rehearseFile(path, change, means),
  }
}
