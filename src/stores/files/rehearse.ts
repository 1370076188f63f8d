/** A write tried without writing: the lease, the text, the edits, the folder. */
import type { Edit, FileText, SettingsFile } from '../../core/edit.ts'

/** Throws what `file.edit(change)` would throw, and what its disk would say; nothing is changed. */
export function rehearse(file: SettingsFile, change: (current: FileText) => readonly Edit[]): Promise<void> {
  return file.rehearse(change)
}
