/** Questions to the table of attempts. */
import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow, RequestFilter } from '../../core/ports.ts'
import { attemptFrom } from './attempt-columns.ts'

export interface RequestRows {
  /** Newest first. */
  query(filter: RequestFilter): readonly AttemptRow[]
}

export function requestRows(database: DatabaseSync): RequestRows {
  const newest = 'ORDER BY started_at DESC, rowid DESC LIMIT ?'
  const all = database.prepare(`SELECT * FROM attempts WHERE started_at >= ? ${newest}`)
  // Reads the whole table: an index on random ids would cost each request more than people will ever ask.
  const ofOne = database.prepare(`SELECT * FROM attempts WHERE request_id = ? ${newest}`)
  const chosen = database.prepare(`
    SELECT * FROM attempts WHERE started_at >= ?1 AND request_id IN (
      SELECT request_id FROM attempts
      WHERE started_at >= ?1 AND (?2 IS NULL OR (provider = ?2 AND model = ?3)) AND (?4 = 0 OR failure NOT NULL)
    ) ORDER BY started_at DESC, rowid DESC LIMIT ?5`)
  return {
    query({ requestId, model, failed = false, since, limit }) {
      if (requestId !== undefined) return ofOne.all(requestId, limit).map(attemptFrom)
      const sinceMs = since?.getTime() ?? 0
      if (!model && !failed) return all.all(sinceMs, limit).map(attemptFrom)
      return chosen.all(sinceMs, model?.provider ?? null, model?.model ?? null, failed ? 1 : 0, limit).map(attemptFrom)
    },
  }
}
