/** The table of remembered answers: a row each, the oldest gone where there is no room. */
import type { DatabaseSync } from 'node:sqlite'
import type { KeptAnswer } from '../../core/ports.ts'
import { asNumber, asText, type Columns } from './columns.ts'

export interface AnswerRows {
  put(answer: KeptAnswer): void
  get(owner: string, id: string): KeptAnswer | undefined
  holding(owner: string, itemId: string): KeptAnswer | undefined
  remove(owner: string, id: string): boolean
  forget(before: Date): void
}

const MOST_ROWS = 2_000
const MOST_BYTES = 268_435_456

export function answerRows(database: DatabaseSync): AnswerRows {
  const insert = database.prepare(`
    INSERT OR REPLACE INTO answers (owner, id, kept_at, bytes, items, input, answer) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const one = database.prepare('SELECT * FROM answers WHERE owner = ? AND id = ?')
  const holding = database.prepare(`
    SELECT * FROM answers WHERE owner = ? AND instr(items, ?) > 0 ORDER BY kept_at DESC, rowid DESC LIMIT 1`)
  const remove = database.prepare('DELETE FROM answers WHERE owner = ? AND id = ?')
  const forget = database.prepare('DELETE FROM answers WHERE kept_at < ?')
  const sizes = database.prepare('SELECT rowid, bytes FROM answers ORDER BY kept_at DESC, rowid DESC')
  const drop = database.prepare('DELETE FROM answers WHERE rowid = ?')

  const fit = (): void => {
    let rows = 0
    let bytes = 0
    for (const columns of sizes.all()) {
      rows += 1
      bytes += asNumber(columns['bytes']) ?? 0
      if (rows > MOST_ROWS || bytes > MOST_BYTES) drop.run(asNumber(columns['rowid']) ?? 0)
    }
  }

  return {
    put({ owner, id, keptAt, input, answer, itemIds }) {
      const bytes = input.byteLength + answer.byteLength
      insert.run(owner, id, keptAt.getTime(), bytes, ` ${itemIds.join(' ')} `, input, answer)
      fit()
    },
    get(owner, id) {
      const columns = one.get(owner, id)
      return columns && answerFrom(columns)
    },
    holding(owner, itemId) {
      const columns = holding.get(owner, ` ${itemId} `)
      return columns && answerFrom(columns)
    },
    remove: (owner, id) => remove.run(owner, id).changes === 1,
    forget: (before) => void forget.run(before.getTime()),
  }
}

function answerFrom(columns: Columns): KeptAnswer {
  return {
    owner: asText(columns['owner']) ?? '',
    id: asText(columns['id']) ?? '',
    keptAt: new Date(asNumber(columns['kept_at']) ?? 0),
    input: asBytes(columns['input']),
    answer: asBytes(columns['answer']),
    itemIds: (asText(columns['items']) ?? '').split(' ').filter(Boolean),
  }
}

function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}
