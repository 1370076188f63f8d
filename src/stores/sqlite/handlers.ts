/** Which row operation answers which operation, on one connection. */
import type { DatabaseSync } from 'node:sqlite'
import type { QuotaCount } from '../../core/quota-policy.ts'
import { answerRows, type AnswerRows } from './answer-rows.ts'
import { cooldownRows, type CooldownRows } from './cooldown-rows.ts'
import { leaseRows, type LeaseRows } from './lease-rows.ts'
import { ledgerRows, type Counted, type LedgerRows } from './ledger-rows.ts'
import { rewriteVersion } from './migrations.ts'
import { noteRows, type NoteRows } from './note-rows.ts'
import type { Answer, Input, Operation, OperationKind } from './operations.ts'
import { requestRows, type RequestRows } from './request-rows.ts'
import { storyRows, type StoryRows } from './story-rows.ts'
import { tokenRows, type TokenRows } from './token-rows.ts'

export interface Rows {
  readonly ledger: LedgerRows
  readonly leases: LeaseRows
  readonly cooldowns: CooldownRows
  readonly requests: RequestRows
  readonly stories: StoryRows
  readonly notes: NoteRows
  readonly tokens: TokenRows
  readonly answers: AnswerRows
}

/** Statements are prepared once, and only those of the ports that are used: a command uses few. */
export function rowsOf(database: DatabaseSync): Rows {
  const made: { -readonly [Port in keyof Rows]?: Rows[Port] } = {}
  return {
    get ledger() {
      return (made.ledger ??= ledgerRows(database))
    },
    get leases() {
      return (made.leases ??= leaseRows(database))
    },
    get cooldowns() {
      return (made.cooldowns ??= cooldownRows(database))
    },
    get requests() {
      return (made.requests ??= requestRows(database))
    },
    get stories() {
      return (made.stories ??= storyRows(database))
    },
    get notes() {
      return (made.notes ??= noteRows(database))
    },
    get tokens() {
      return (made.tokens ??= tokenRows(database))
    },
    get answers() {
      return (made.answers ??= answerRows(database))
    },
  }
}

export interface HandlerMeans {
  readonly database: DatabaseSync
  readonly rows: Rows
  /** Who vouches for a row that is left open. */
  readonly writer: () => string
  /** Told of the counters that an operation changed. */
  readonly onCounts: (counts: readonly QuotaCount[]) => void
}

/** Runs one operation inside the caller's transaction; throws what SQLite throws. */
export function handlerOf({
  database,
  rows,
  writer,
  onCounts,
}: HandlerMeans): (operation: Operation, now: number) => unknown {
  const told = <Reply>({ answer, changed }: Counted<Reply>): Reply => {
    if (changed.length > 0) onCounts(changed)
    return answer
  }
  const handlers: { readonly [Kind in OperationKind]: (input: Input<Kind>, now: number) => Answer<Kind> } = {
    reserve: (order) => told(rows.ledger.reserve(order, writer())),
    settle: ({ row, refund }) => told(rows.ledger.settle(row, refund)),
    withdraw: (name) => told(rows.ledger.withdraw(name)),
    counts: ({ since }) => rows.ledger.counts(since),
    renameAccount: ({ from, to }) => told(rows.ledger.rename(from, to)),
    acquireLease: ({ key, wish }, now) => rows.leases.acquire(key, wish, now),
    renewLease: ({ lease, ttlMs }, now) => rows.leases.renew(lease, ttlMs, now),
    releaseLease: ({ lease }) => rows.leases.release(lease),
    readLease: ({ key }) => rows.leases.read(key),
    putRest: ({ rest }, now) => rows.cooldowns.put(rest, now),
    clearRests: ({ keys }) => rows.cooldowns.clear(keys),
    listRests: (_, now) => rows.cooldowns.list(now),
    queryRequests: (filter) => rows.requests.query(filter),
    latestRequests: (filter) => rows.requests.latest(filter),
    requestIds: ({ beginning, limit }) => rows.requests.idsFrom(beginning, limit),
    tellStory: ({ story }) => rows.stories.put(story),
    queryStories: (filter) => rows.stories.query(filter),
    getNote: ({ key }) => rows.notes.get(key),
    putNote: ({ key, value }) => rows.notes.put(key, value),
    addToken: ({ token }) => rows.tokens.add(token),
    removeToken: ({ nameOrId }) => rows.tokens.remove(nameOrId),
    listTokens: () => rows.tokens.list(),
    putAnswer: ({ answer }) => rows.answers.put(answer),
    getAnswer: ({ owner, id }) => rows.answers.get(owner, id),
    findAnswer: ({ owner, itemId }) => rows.answers.holding(owner, itemId),
    removeAnswer: ({ owner, id }) => rows.answers.remove(owner, id),
    forgetAnswers: ({ before }) => rows.answers.forget(before),
    probe: () => rewriteVersion(database),
  }
  const handle = <Kind extends OperationKind>(kind: Kind, input: Input<Kind>, now: number): Answer<Kind> =>
    handlers[kind](input, now)
  return ({ kind, input }, now) => handle(kind, input, now)
}
