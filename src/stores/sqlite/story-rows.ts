/** The table of stories: a row for each request that met something on its way. */
import type { DatabaseSync } from 'node:sqlite'
import type { AttemptFilter, StoryRow } from '../../core/ports.ts'
import { asNumber, asText, oneOf, present, whole, type Columns } from './columns.ts'

export interface StoryRows {
  put(story: StoryRow): void
  /** Newest first. */
  query(filter: AttemptFilter): readonly StoryRow[]
}

export function storyRows(database: DatabaseSync): StoryRows {
  const put = database.prepare(`
    INSERT INTO stories (started_at, request_id, model, agent, caller, outcome, reason, status, met)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const newest = 'ORDER BY started_at DESC, rowid DESC LIMIT ?'
  const all = database.prepare(`SELECT * FROM stories ${newest}`)
  const ofOne = database.prepare(`SELECT * FROM stories WHERE request_id = ? ${newest}`)
  return {
    put({ startedAt, requestId, model, agent, caller, outcome, reason, status, met }) {
      put.run(
        startedAt.getTime(),
        requestId,
        model,
        agent,
        caller ?? null,
        outcome,
        reason ?? null,
        whole(status),
        JSON.stringify(met),
      )
    },
    query: ({ requestId, limit }) =>
      (requestId === undefined ? all.all(limit) : ofOne.all(requestId, limit)).map(storyFrom),
  }
}

const OUTCOMES = ['answered', 'refused', 'gone'] as const

export function storyFrom(columns: Columns): StoryRow {
  const met: unknown = JSON.parse(asText(columns['met']) ?? '[]')
  return {
    requestId: asText(columns['request_id']) ?? '',
    startedAt: new Date(asNumber(columns['started_at']) ?? 0),
    model: asText(columns['model']) ?? '',
    agent: asText(columns['agent']) ?? '',
    outcome: oneOf(OUTCOMES, asText(columns['outcome'])) ?? 'gone',
    ...present({
      caller: asText(columns['caller']),
      reason: asText(columns['reason']),
      status: asNumber(columns['status']),
    }),
    met: Array.isArray(met) ? met.filter((one) => typeof one === 'string') : [],
  }
}
