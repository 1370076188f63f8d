/** A write tried without writing: the lease, the text, the edits, the folder. */
import type { Edit, FileText, SettingsFile } from '../../core/edit.ts'

/** Throws what `file.edit(change)` would throw, and what its disk would say; nothing is changed. */
export async function rehearse(file: SettingsFile, change: (current: FileText) => readonly Edit[]): Promise<void> {
  const [{ applyEdits }, { writeAtomic }] = await Promise.all([import('./json5-edit.ts'), import('./atomic-write.ts')])
  let after = ''
  await file.edit((current) => {
    after = applyEdits(current.text, change(current))
    return []
  })
  await writeAtomic(file.path, after, { beforeRename: () => Promise.resolve(false) })
}
