/** All that is asked of state.db, as data: it runs here or travels to the writer thread. */
import type { Rest } from '../../core/failure.ts'
import type {
  AttemptFilter,
  AttemptRow,
  KeptAnswer,
  Lease,
  RequestFilter,
  RequestRecords,
  ReserveAnswer,
  ReserveOrder,
  StoryRow,
} from '../../core/ports.ts'
import type { QuotaCount } from '../../core/quota-policy.ts'
import type { IssuedToken } from '../../core/scope.ts'
import type { Problem } from './errors.ts'
import type { Acquired, LeaseWish } from './lease-rows.ts'
import type { AttemptName } from './ledger-rows.ts'

/** Each operation's input and answer. */
export interface Operations {
  reserve: { input: ReserveOrder; answer: ReserveAnswer }
  settle: { input: { readonly row: AttemptRow; readonly refund: boolean }; answer: void }
  withdraw: { input: AttemptName; answer: void }
  counts: { input: { readonly since: string }; answer: readonly QuotaCount[] }
  renameAccount: { input: { readonly from: string; readonly to: string }; answer: void }
  acquireLease: { input: { readonly key: string; readonly wish: LeaseWish }; answer: Acquired }
  renewLease: { input: { readonly lease: Lease; readonly ttlMs: number }; answer: boolean }
  releaseLease: { input: { readonly lease: Lease }; answer: void }
  readLease: { input: { readonly key: string }; answer: Lease | undefined }
  putRest: { input: { readonly rest: Rest }; answer: void }
  clearRests: { input: { readonly keys: readonly string[] }; answer: void }
  listRests: { input: undefined; answer: readonly Rest[] }
  queryRequests: { input: AttemptFilter; answer: readonly AttemptRow[] }
  latestRequests: { input: RequestFilter; answer: RequestRecords }
  requestIds: { input: { readonly beginning: string; readonly limit: number }; answer: readonly string[] }
  tellStory: { input: { readonly story: StoryRow }; answer: void }
  queryStories: { input: AttemptFilter; answer: readonly StoryRow[] }
  getNote: { input: { readonly key: string }; answer: string | undefined }
  putNote: { input: { readonly key: string; readonly value: string }; answer: void }
  addToken: { input: { readonly token: IssuedToken }; answer: boolean }
  removeToken: { input: { readonly nameOrId: string }; answer: IssuedToken | undefined }
  listTokens: { input: undefined; answer: readonly IssuedToken[] }
  putAnswer: { input: { readonly answer: KeptAnswer }; answer: void }
  getAnswer: { input: { readonly owner: string; readonly id: string }; answer: KeptAnswer | undefined }
  findAnswer: { input: { readonly owner: string; readonly itemId: string }; answer: KeptAnswer | undefined }
  removeAnswer: { input: { readonly owner: string; readonly id: string }; answer: boolean }
  forgetAnswers: { input: { readonly before: Date }; answer: void }
  /** Writes nothing new, to learn whether writing works. */
  probe: { input: undefined; answer: void }
}

export type OperationKind = keyof Operations
export type Input<Kind extends OperationKind> = Operations[Kind]['input']
export type Answer<Kind extends OperationKind> = Operations[Kind]['answer']
export type Operation = { [Kind in OperationKind]: { readonly kind: Kind; readonly input: Input<Kind> } }[OperationKind]

/** Runs one; rejects with what errors.ts names. */
export type Perform = <Kind extends OperationKind>(kind: Kind, input: Input<Kind>) => Promise<Answer<Kind>>

/** What became of one. The answer's type is that of the operation's kind. */
export type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly problem: Problem }

/**
 * `kept` survives the death of the process, `durable` that of the machine too (an fsync each). Durable is what would
 * do harm if it were forgotten: the hash of a token about to be spent, and who holds a right. A power cut may take
 * the last seconds of counts with it (the provider counts them as well, and refuses), and leases, whose holders died with
 * the machine: one is taken between a fresh token's answer and its save, where a second fsync would double the time.
 */
export const EFFECTS: Readonly<Record<OperationKind, 'none' | 'kept' | 'durable'>> = {
  reserve: 'kept',
  settle: 'kept',
  withdraw: 'kept',
  counts: 'none',
  renameAccount: 'kept',
  acquireLease: 'kept',
  renewLease: 'kept',
  releaseLease: 'kept',
  readLease: 'none',
  putRest: 'kept',
  clearRests: 'kept',
  listRests: 'none',
  queryRequests: 'none',
  latestRequests: 'none',
  requestIds: 'none',
  tellStory: 'kept',
  queryStories: 'none',
  getNote: 'none',
  putNote: 'durable',
  addToken: 'durable',
  removeToken: 'durable',
  listTokens: 'none',
  putAnswer: 'kept',
  getAnswer: 'none',
  findAnswer: 'none',
  removeAnswer: 'kept',
  forgetAnswers: 'kept',
  probe: 'kept',
}

/** What a state.db that does not exist answers; undefined where it is not listed. */
export const EMPTY_ANSWERS: { readonly [Kind in OperationKind]?: Answer<Kind> } = {
  counts: [],
  listRests: [],
  queryRequests: [],
  latestRequests: { attempts: [], stories: [] },
  requestIds: [],
  queryStories: [],
  listTokens: [],
}

/** Kind and input belong together by their types; a union forgets that. */
export function operationOf<Kind extends OperationKind>(kind: Kind, input: Input<Kind>): Operation
export function operationOf(kind: OperationKind, input: unknown): unknown {
  return { kind, input }
}

/** The answer that came for an operation of this kind (perhaps from the thread, which knows no types). */
export function answerOf<Kind extends OperationKind>(kind: Kind, answer: unknown): Answer<Kind>
export function answerOf(_: OperationKind, answer: unknown): unknown {
  return answer
}
