/** Ports: what the house needs of the outside world. Every port that writes is async. */
import type { Credential } from './credential.ts'
import type { FailureKind, Rest } from './failure.ts'
import type { ProxyRule } from './network.ts'
import type { Said } from './phrase.ts'
import type { QuotaCount } from './quota-policy.ts'
import type { IssuedToken } from './scope.ts'
import type { Usage, VerdictKind } from './verdict.ts'

export interface Clock {
  now(): Date
  /** For waits and ages: never steps back when the wall clock does. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts (then it rejects with the signal's reason). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  bytes(length: number): Uint8Array
  /** RFC 9562, version 4. */
  uuid(): string
}

/** A named right that one process holds for a while; the fence grows with every holder. */
export interface Lease {
  readonly key: string
  readonly holder: string
  /**
   * Grows by one with each acquisition of this key, for ever: renewing or releasing with an old one does nothing.
   * Nothing else is refused by it; work under a lease asks before each step that cannot be undone (`Held`).
   */
  readonly fence: number
  readonly expiresAt: Date
  /** What the holder says of itself (JSON), for the one who finds the lease taken. */
  readonly note?: string
}

export interface Leases {
  /** `evenIfFence`: take it over although unexpired, if that holder (known to be dead) still has it. */
  acquire(
    key: string,
    wish: { readonly holder: string; readonly ttlMs: number; readonly note?: string; readonly evenIfFence?: number },
  ): Promise<{ readonly kind: 'acquired'; readonly lease: Lease } | { readonly kind: 'held'; readonly lease: Lease }>
  /** False = it is ours no longer. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>
  /** Does nothing when it is ours no longer. */
  release(lease: Lease): Promise<void>
  /** The last one that was not released, with its time, which may be over: it is free for others then. */
  read(key: string): Promise<Lease | undefined>
}

/** What an attempt at one candidate came to. `open` = sent, not settled; `unknown` = its process died. */
export type AttemptOutcome = 'open' | 'answered' | 'failed' | 'aborted' | 'unknown'

/** One row an attempt; a request has one or more. */
export interface AttemptRow {
  readonly attemptId: string
  readonly requestId: string
  readonly provider: string
  readonly model: string
  readonly profile?: string
  readonly agent?: string
  /** The name of the issued token that asked; undefined = the owner. */
  readonly caller?: string
  readonly startedAt: Date
  readonly endedAt?: Date
  readonly firstEventMs?: number
  readonly outcome: AttemptOutcome
  readonly verdict?: VerdictKind
  readonly failure?: FailureKind
  /** What was met, short, as `keptSaid` writes it: no secret, nothing of the request. */
  readonly evidence?: string
  readonly status?: number
  readonly usage?: Usage
}

/** What a request met beside its attempts, and what became of it; told only where it met something. */
export interface StoryRow {
  readonly requestId: string
  readonly startedAt: Date
  /** As the caller named it. */
  readonly model: string
  readonly agent: string
  readonly caller?: string
  readonly outcome: 'answered' | 'refused' | 'gone'
  /** Why it was refused, and what the caller got. */
  readonly reason?: string
  readonly status?: number
  /** `ref=word`, in the order in which they were met: failures, rejections, who was late, who was outrun. */
  readonly met: readonly string[]
}

export interface AttemptFilter {
  readonly requestId?: string
  readonly limit: number
}

export interface RequestFilter {
  /** Those in which this model was asked. */
  readonly model?: { readonly provider: string; readonly model: string }
  /** Those in which somebody failed, that were refused or of which nobody knows. */
  readonly failed?: boolean
  /** Those of which something began then or later. */
  readonly since?: Date
  /** Those that need not be told again. */
  readonly except?: ReadonlySet<string>
  /** Requests, not attempts; a few more may come. */
  readonly limit: number
}

/** Of each request all that there is. */
export interface RequestRecords {
  readonly attempts: readonly AttemptRow[]
  readonly stories: readonly StoryRow[]
}

export interface ReserveOrder {
  readonly row: AttemptRow
  readonly account: string
  /** All of these are counted, or none (around midnight both days are charged). */
  readonly days: readonly string[]
  readonly limit: number
}

export type ReserveAnswer =
  | { readonly kind: 'reserved'; readonly used: number }
  | { readonly kind: 'spent'; readonly day: string; readonly used: number }

/** Counts requests before they are sent. */
export interface QuotaLedger {
  /** Counts and writes the row `open` in one transaction; resolves once that is on disk. */
  reserve(order: ReserveOrder): Promise<ReserveAnswer>
  /**
   * Completes a row (or writes it, where nothing was reserved). `refund` gives the count back: only when no byte
   * of the request left us. Settling twice changes nothing.
   */
  settle(row: AttemptRow, options: { readonly refund: boolean }): Promise<void>
  counts(since: string): Promise<readonly QuotaCount[]>
  /** The account has another name from now on: what was counted for it goes with it, to the name's own counts if it has any. */
  renameAccount(from: string, to: string): Promise<void>
}

export interface Cooldowns {
  put(rest: Rest): Promise<void>
  /** A success disproves what was believed of these keys (`restKey`). */
  clear(keys: readonly string[]): Promise<void>
  list(): Promise<readonly Rest[]>
}

export interface Requests {
  /** Newest first. */
  query(filter: AttemptFilter): Promise<readonly AttemptRow[]>
  tell(story: StoryRow): Promise<void>
  /** Newest first. */
  stories(filter: AttemptFilter): Promise<readonly StoryRow[]>
  /** The newest requests that the filter lets through. */
  latest(filter: RequestFilter): Promise<RequestRecords>
  /** Ids of requests that begin so. */
  idsFrom(beginning: string, limit: number): Promise<readonly string[]>
}

/** Small facts that must outlive a process: hashes of spent tokens and of our own last writes. */
export interface Notes {
  get(key: string): Promise<string | undefined>
  put(key: string, value: string): Promise<void>
}

/** The tokens that programs were given. */
export interface Tokens {
  /** False = another one has this name. */
  add(token: IssuedToken): Promise<boolean>
  /** By name or id; undefined = there is none. */
  remove(nameOrId: string): Promise<IssuedToken | undefined>
  /** The oldest first, as it stands on disk now. */
  list(): Promise<readonly IssuedToken[]>
}

/** An answer that a later request may go on from, with what it answered. */
export interface KeptAnswer {
  /** Whose token asked: it is there for no other. */
  readonly owner: string
  readonly id: string
  readonly keptAt: Date
  /** JSON, in the format of who asked. */
  readonly input: Uint8Array
  readonly answer: Uint8Array
  /** Of what is in both. */
  readonly itemIds: readonly string[]
}

export interface KeptAnswers {
  /** The oldest go where there is no room. */
  put(answer: KeptAnswer): Promise<void>
  get(owner: string, id: string): Promise<KeptAnswer | undefined>
  /** The newest in which this item is. */
  holding(owner: string, itemId: string): Promise<KeptAnswer | undefined>
  /** False = there was none. */
  remove(owner: string, id: string): Promise<boolean>
  /** All that were kept before then. */
  forget(before: Date): Promise<void>
}

/** What state.db holds, as memory sees it: read without waiting, perhaps a moment old. */
export interface StateView {
  used(account: string, day: string): number
  rest(key: string): Rest | undefined
  tokens(): readonly IssuedToken[]
  /** False while state.db cannot be written: then what must be counted is not sent. */
  writable(): boolean
}

export interface State {
  readonly ledger: QuotaLedger
  readonly leases: Leases
  readonly cooldowns: Cooldowns
  readonly requests: Requests
  readonly notes: Notes
  readonly tokens: Tokens
  readonly answers: KeptAnswers
  readonly view: StateView
  /** Writes what is queued, then closes. */
  close(): Promise<void>
}

/** A credential with the mark of the text it was read from. */
export interface StoredCredential {
  readonly credential: Credential
  /** sha256 of the secret parts: what compareAndSwap compares. */
  readonly mark: string
}

/** What is not sealed comes back as it is. Throws `secrets-locked` or `keychain-unusable`. */
export interface CredentialOpener {
  open(credential: Credential, profile: string): Promise<Credential>
}

export interface CredentialStore {
  read(profile: string): Promise<StoredCredential | undefined>
  /** Why a fresh credential of this profile could not be saved now, in plain words; undefined = nothing stands against it. */
  ready(profile: string): Promise<Said | undefined>
  /** Saves only if the stored one still has the mark; else tells what stands there now. */
  compareAndSwap(
    profile: string,
    expectedMark: string,
    next: Credential,
  ): Promise<{ readonly kind: 'saved' } | { readonly kind: 'changed'; readonly current: StoredCredential | undefined }>
}

/** An outgoing request. Headers are [name, value, name, value, ...]. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: readonly string[]
  readonly body?: Uint8Array
  readonly connectMs: number
  /** From the request's last byte to the first piece of the reply's body. */
  readonly headMs: number
  /** Between two pieces of the reply's body. */
  readonly idleMs: number
  /** From `send` to the reply's last byte, pauses included: no request lasts for ever. */
  readonly totalMs: number
  /** In the place of the client's own. */
  readonly proxy?: ProxyRule
  /** Never sent a second time, not even over a connection that had died unnoticed: what it spends is spent. */
  readonly once?: boolean
  /** Never over one that rested and may be dead: for what goes out once and seldom, where a reset leaves open what it did. */
  readonly newConnection?: boolean
}

/** Why there was no answer, or no whole one. */
export interface TransportProblem {
  readonly kind:
    | 'refused'
    | 'dns'
    | 'tls'
    | 'reset'
    | 'connect-timeout'
    | 'head-timeout'
    | 'idle-timeout'
    | 'total-timeout'
    | 'aborted'
    | 'forbidden-address'
    | 'protocol'
  /** In plain words, without path or secret. */
  readonly message: Said
  /** True when not one byte of the request was written. */
  readonly neverSent: boolean
}

export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>

/** Called in order: head, data..., then exactly one of end and problem. A problem may come first. */
export interface ReplyHandler {
  head(status: number, headers: HeaderMap): void
  data(chunk: Uint8Array): void
  end(): void
  problem(problem: TransportProblem): void
}

export interface Call {
  /** Ends it at once; the handler then gets a problem of kind `aborted`, unless it had its end already. */
  abort(): void
  /** Holds data, end and problem back from now on; the head may still come, and the idle deadline rests, not the total one. */
  pause(): void
  resume(): void
  /** From now on no pause between two pieces may be longer than this, nor than the request's `idleMs`. */
  hurry(idleMs: number): void
}

export interface HttpClient {
  send(request: OutgoingRequest, handler: ReplyHandler): Call
  close(): Promise<void>
}
