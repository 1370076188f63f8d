/** Tells when one of a few files changed, whoever wrote it and however. */
import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/**
 * Watches the folders, since an atomic save replaces the file's inode; looks at size and time every `pollMs` too, for
 * file systems that tell nothing. `onChange` may come without a real change: compare hashes. Returns the end of it.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  { debounceMs = 100, pollMs = 5_000 }: { readonly debounceMs?: number; readonly pollMs?: number } = {},
): () => void {
  const names = new Set(paths.map((path) => basename(path)))
  let pending: NodeJS.Timeout | undefined
  let ended = false
  const soon = (): void => {
    if (ended) return
    clearTimeout(pending)
    pending = setTimeout(onChange, debounceMs)
  }

  const watchers: FSWatcher[] = []
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || names.has(name)) soon()
      })
      watcher.on('error', () => watcher.close()) // the poll goes on
      watchers.push(watcher)
    } catch {
      // No watch to be had here (a limit, a strange file system): the poll sees the change.
    }
  }

  let last = ''
  const look = async (): Promise<void> => {
    const marks = await Promise.all(
      paths.map((path) =>
        stat(path).then(
          (found) => `${found.ino} ${found.size} ${found.mtimeMs}`,
          () => 'none',
        ),
      ),
    )
    const now = marks.join('|')
    if (last !== '' && now !== last) soon()
    last = now
  }
  void look()
  const poll = setInterval(() => void look(), pollMs)
  poll.unref()

  return () => {
    ended = true
    clearTimeout(pending)
    clearInterval(poll)
    for (const watcher of watchers) watcher.close()
  }
}
