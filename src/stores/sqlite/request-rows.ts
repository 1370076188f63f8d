/** Questions to the tables of attempts and stories, together. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AttemptFilter, AttemptRow, RequestFilter, RequestRecords } from '../../core/ports.ts'
import { attemptFrom } from './attempt-columns.ts'
import { asNumber, asText, type Columns } from './columns.ts'
import { storyFrom } from './story-rows.ts'

export interface RequestRows {
  /** Newest first. */
  query(filter: AttemptFilter): readonly AttemptRow[]
  latest(filter: RequestFilter): RequestRecords
  idsFrom(beginning: string, limit: number): readonly string[]
}

/** A request that began before another may have made its last call after it. */
const MORE = 64
/** No two calls of a request, nor its story and a call, lie farther apart. */
const LONGEST_WALK_MS = 3 * 3_600_000
/** Behind every text that begins with what stands before it. */
const LAST = '\u{10FFFF}'

/**
 * Ids are looked for by reading, at most each table once (28 ms for 100,000 rows): an index on random ids costs each
 * request 10 us, a twelfth of all that it costs, and people ask seldom.
 */
export function requestRows(database: DatabaseSync): RequestRows {
  const newest = 'ORDER BY started_at DESC, rowid DESC'
  const all = database.prepare(`SELECT * FROM attempts ${newest} LIMIT ?`)
  const ofOne = database.prepare(`SELECT * FROM attempts WHERE request_id = ? ${newest} LIMIT ?`)
  const asked = database.prepare(`
    SELECT request_id, started_at FROM attempts
    WHERE started_at >= ?1 AND (?2 IS NULL OR (provider = ?2 AND model = ?3))
      AND (?4 = 0 OR failure NOT NULL OR outcome = 'unknown') ${newest}`)
  const told = database.prepare(`
    SELECT request_id, started_at FROM stories
    WHERE started_at >= ?1 AND (?2 = 0 OR outcome = 'refused') ${newest}`)
  const placesOf = (table: 'attempts' | 'stories'): Places => ({
    each: database.prepare(`
      SELECT rowid AS place, request_id FROM ${table} WHERE started_at BETWEEN ?1 AND ?2 ${newest}`),
    at: database.prepare(`SELECT * FROM ${table} WHERE rowid = ?`),
  })
  const attempts = placesOf('attempts')
  const stories = placesOf('stories')
  const beginning = database.prepare(`
    SELECT request_id FROM attempts WHERE request_id >= ?1 AND request_id < ?2
    UNION SELECT request_id FROM stories WHERE request_id >= ?1 AND request_id < ?2 ORDER BY 1 LIMIT ?3`)

  return {
    query: ({ requestId, limit }) =>
      (requestId === undefined ? all.all(limit) : ofOne.all(requestId, limit)).map(attemptFrom),

    latest({ model, failed = false, since, except, limit }) {
      const sinceMs = since?.getTime() ?? 0
      const fails = failed ? 1 : 0
      /** When the latest that is known of each began. */
      const ids = new Map<string, number>()
      const add = (found: Iterable<Columns>): void => {
        let count = 0
        for (const columns of found) {
          const id = asText(columns['request_id']) ?? ''
          if (except?.has(id)) continue
          if (!ids.has(id)) count += 1
          ids.set(id, Math.max(ids.get(id) ?? 0, asNumber(columns['started_at']) ?? 0))
          if (count >= limit + MORE) return
        }
      }
      add(asked.iterate(sinceMs, model?.provider ?? null, model?.model ?? null, fails))
      // Of a story alone nobody knows who was asked.
      if (!model) add(told.iterate(sinceMs, fails))
      const chosen = new Map([...ids].toSorted(([, one], [, other]) => other - one).slice(0, limit + MORE))
      return { attempts: rowsOf(chosen, attempts).map(attemptFrom), stories: rowsOf(chosen, stories).map(storyFrom) }
    },

    idsFrom: (text, limit) =>
      beginning.all(text, `${text}${LAST}`, limit).flatMap((columns) => asText(columns['request_id']) ?? []),
  }
}

interface Places {
  /** Where each row of a time stands, and whose it is. */
  readonly each: StatementSync
  readonly at: StatementSync
}

/** All rows of these requests, newest first. */
function rowsOf(requests: ReadonlyMap<string, number>, { each, at }: Places): readonly Columns[] {
  if (requests.size === 0) return []
  const times = [...requests.values()]
  const places: number[] = []
  for (const columns of each.iterate(Math.min(...times) - LONGEST_WALK_MS, Math.max(...times) + LONGEST_WALK_MS)) {
    if (requests.has(asText(columns['request_id']) ?? '')) places.push(asNumber(columns['place']) ?? 0)
  }
  return places.map((place): Columns => at.get(place) ?? {})
}
