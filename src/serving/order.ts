/** What a request brings, what serving needs for it, and what comes of it. */
import type { Accounts } from '../accounts/access.ts'
import type { Candidate, Rejection } from '../core/decision.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Clock, Random, State } from '../core/ports.ts'
import type { ModelRef } from '../core/ref.ts'
import type { Reply } from '../core/reply.ts'
import type { Setup } from '../core/setup.ts'
import type { WholeAnswer } from '../dialects/caller-dialect.ts'
import type { CallerRequest } from '../dialects/caller-request.ts'
import type { AttemptMeans, AttemptResult } from './attempt.ts'
import type { Refused } from './refusal.ts'
import type { Memory } from './memory.ts'
import type { Speaker } from './floor.ts'

export interface ServeMeans extends Omit<AttemptMeans, 'limits'>, Memory {
  readonly setup: Setup
  readonly state: State
  readonly accounts: Accounts
  readonly clock: Clock
  readonly random: Random
}

export interface ServeOrder {
  readonly requestId: string
  readonly agent: string
  /** The name of the issued token that asked; undefined = the owner. */
  readonly caller?: string
  readonly refs: readonly ModelRef[]
  /** Requests with the same one stay with one account of each provider. */
  readonly conversation?: string
  /** The caller's own word on whether another model may be asked what a content filter stopped; undefined = the person's. */
  readonly filterFallback?: boolean
  readonly request: CallerRequest
  readonly reply: Reply
  /** Told of the whole answer, before its end goes out; undefined = nobody keeps it. */
  readonly keep?: (answer: WholeAnswer) => void
}

export type Served =
  | {
      readonly kind: 'answered'
      readonly candidate: Candidate
      readonly result: Extract<AttemptResult, { readonly kind: 'answered' }>
      readonly attempts: readonly string[]
    }
  | { readonly kind: 'refused'; readonly refused: Refused; readonly attempts: readonly string[] }
  | { readonly kind: 'gone' }

/** A caller waits this long for a candidate that comes back, rather than being told to. */
export const SHORT_WAIT_MS = 2_000

export interface Asking {
  readonly order: ServeOrder
  readonly means: ServeMeans
  readonly attempts: readonly string[]
  readonly speaker: Speaker
  /** It speaks: what was to be found out is known. */
  readonly spoke: () => void
  /** What has been met so far, a failure of the first call before the second is made. */
  readonly told: (failure: UpstreamFailure) => void
}

export type Outcome =
  | AttemptResult
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** The caller had left, or had its answer from somebody else, before anything was sent. */
  | { readonly kind: 'gone' }
