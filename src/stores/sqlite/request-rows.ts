/** Questions to the table of attempts. */
import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow } from '../../core/ports.ts'
import { attemptFrom } from './attempt-columns.ts'

export interface RequestFilter {
  readonly requestId?: string
  readonly limit: number
}

export interface RequestRows {
  /** Newest first. */
  query(filter: RequestFilter): readonly AttemptRow[]
}

export function requestRows(database: DatabaseSync): RequestRows {
  const newest = 'ORDER BY started_at DESC, rowid DESC LIMIT ?'
  const all = database.prepare(`SELECT * FROM attempts ${newest}`)
  // Reads the whole table: an index on random ids would cost each request more than people will ever ask.
  const ofOne = database.prepare(`SELECT * FROM attempts WHERE request_id = ? ${newest}`)
  return {
    query: ({ requestId, limit }) =>
      (requestId === undefined ? all.all(limit) : ofOne.all(requestId, limit)).map(attemptFrom),
  }
}
