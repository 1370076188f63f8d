/** Notes on a table: a small fact a key. */
import type { DatabaseSync } from 'node:sqlite'
import { asText } from './columns.ts'

export interface NoteRows {
  get(key: string): string | undefined
  put(key: string, value: string): void
}

export function noteRows(database: DatabaseSync): NoteRows {
  const get = database.prepare('SELECT value FROM notes WHERE key = ?')
  const put = database.prepare('INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)')
  return {
    get: (key) => asText(get.get(key)?.['value']),
    put: (key, value) => void put.run(key, value),
  }
}
