/** The quota ledger on tables: counts a day, and the attempts they were counted for. */
import type { DatabaseSync } from 'node:sqlite'
import type { AttemptRow, ReserveAnswer, ReserveOrder } from '../../core/ports.ts'
import type { QuotaCount } from '../../core/quota-policy.ts'
import { BEGIN_COLUMNS, beginOf, END_COLUMNS, endOf } from './attempt-columns.ts'
import { asNumber, asText, type Columns } from './columns.ts'

/** An answer, with the counters that it changed. */
export interface Counted<Answer> {
  readonly answer: Answer
  readonly changed: readonly QuotaCount[]
}

export interface AttemptName {
  readonly attemptId: string
}

/** Each call is several statements: the caller's transaction makes them one. */
export interface LedgerRows {
  /** `writer` vouches for the row while it is open. */
  reserve(order: ReserveOrder, writer: string): Counted<ReserveAnswer>
  settle(row: AttemptRow, refund: boolean): Counted<void>
  /** Undoes a reservation of which nobody learned: its row failed, its count is given back. */
  withdraw(name: AttemptName): Counted<void>
  used(account: string, day: string): number
  counts(since: string): readonly QuotaCount[]
  rename(from: string, to: string): Counted<void>
  /** The latest days' counters, at most `limit`: by day and not by the clock, which may jump. */
  latestCounts(limit: number): readonly QuotaCount[]
  openWriters(): readonly string[]
  /** Rows of a writer that died are of unknown outcome; what they counted stays counted. */
  forget(writer: string): void
}

export function ledgerRows(database: DatabaseSync): LedgerRows {
  // Counts only below the limit, in one statement: no other process can come between looking and counting.
  const count = database.prepare(`
    INSERT INTO counts (day, account, used) SELECT ?1, ?2, 1 WHERE ?3 > 0
    ON CONFLICT (day, account) DO UPDATE SET used = used + 1 WHERE used < ?3
    RETURNING used`)
  const giveBack = database.prepare(
    'UPDATE counts SET used = used - 1 WHERE day = ?1 AND account = ?2 AND used > 0 RETURNING used',
  )
  const usedOn = database.prepare('SELECT used FROM counts WHERE day = ?1 AND account = ?2')
  const insertOpen = database.prepare(`
    INSERT INTO attempts (${BEGIN_COLUMNS}, outcome, account, days, writer)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)`)
  const insertSettled = database.prepare(`
    INSERT INTO attempts (${BEGIN_COLUMNS}, ${END_COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
  // `unknown` too: one who was taken for dead and still comes to settle knows better.
  const complete = database.prepare(`
    UPDATE attempts SET (${END_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), refunded = ?
    WHERE attempt_id = ? AND outcome IN ('open', 'unknown') RETURNING account, days`)
  const fail = database.prepare(`
    UPDATE attempts SET outcome = 'failed', refunded = 1
    WHERE attempt_id = ? AND outcome IN ('open', 'unknown') RETURNING account, days`)
  const since = database.prepare('SELECT day, account, used FROM counts WHERE day >= ? ORDER BY day, account')
  const latest = database.prepare('SELECT day, account, used FROM counts ORDER BY day DESC LIMIT ?')
  const takeOut = database.prepare('DELETE FROM counts WHERE account = ? RETURNING day, used')
  const add = database.prepare(`
    INSERT INTO counts (day, account, used) VALUES (?1, ?2, ?3)
    ON CONFLICT (day, account) DO UPDATE SET used = used + ?3 RETURNING used`)
  // A reservation under way is given back to the name that its count has by then.
  const unsettled = database.prepare(`
    UPDATE attempts SET account = ?2 WHERE outcome IN ('open', 'unknown') AND account = ?1`)
  const writers = database.prepare(`
    SELECT DISTINCT writer FROM attempts WHERE outcome IN ('open', 'unknown') AND outcome = 'open' AND writer NOT NULL`)
  const forget = database.prepare(`
    UPDATE attempts SET outcome = 'unknown' WHERE outcome IN ('open', 'unknown') AND outcome = 'open' AND writer = ?`)

  const used = (account: string, day: string): number => asNumber(usedOn.get(day, account)?.['used']) ?? 0

  const refundDays = (reserved: Columns | undefined): readonly QuotaCount[] => {
    const account = asText(reserved?.['account'])
    if (account === undefined) return []
    return daysFrom(reserved?.['days']).flatMap((day) => {
      const left = asNumber(giveBack.get(day, account)?.['used'])
      return left === undefined ? [] : [{ account, day, used: left }]
    })
  }

  return {
    reserve({ row, account, days, limit }, writer) {
      const changed: QuotaCount[] = []
      for (const day of new Set(days)) {
        const now = asNumber(count.get(day, account, limit)?.['used'])
        if (now === undefined) {
          // All or none: the days before this one get theirs back, still inside the transaction.
          for (const counted of changed) giveBack.get(counted.day, account)
          return { answer: { kind: 'spent', day, used: used(account, day) }, changed: [] }
        }
        changed.push({ account, day, used: now })
      }
      insertOpen.run(...beginOf(row), account, changed.map((counted) => counted.day).join(' '), writer)
      return { answer: { kind: 'reserved', used: Math.max(0, ...changed.map((counted) => counted.used)) }, changed }
    },

    settle(row, refund) {
      const reserved = complete.get(...endOf(row), refund ? 1 : 0, row.attemptId)
      if (!reserved) insertSettled.run(...beginOf(row), ...endOf(row))
      return { answer: undefined, changed: refund ? refundDays(reserved) : [] }
    },

    withdraw: ({ attemptId }) => ({ answer: undefined, changed: refundDays(fail.get(attemptId)) }),
    used,
    counts: (day) => since.all(day).map(countFrom),
    rename(from, to) {
      unsettled.run(from, to)
      const changed = takeOut.all(from).flatMap((columns) => {
        const { day, used: moved } = countFrom(columns)
        return [
          { account: from, day, used: 0 },
          { account: to, day, used: asNumber(add.get(day, to, moved)?.['used']) ?? moved },
        ]
      })
      return { answer: undefined, changed }
    },
    latestCounts: (limit) => latest.all(limit).map(countFrom),
    openWriters: () => writers.all().flatMap((columns) => asText(columns['writer']) ?? []),
    forget: (writer) => void forget.run(writer),
  }
}

function countFrom(columns: Columns): QuotaCount {
  return {
    account: asText(columns['account']) ?? '',
    day: asText(columns['day']) ?? '',
    used: asNumber(columns['used']) ?? 0,
  }
}

function daysFrom(value: unknown): readonly string[] {
  return (asText(value) ?? '').split(' ').filter((day) => day !== '')
}
