/** Acts that tell why a model would be asked, and what rests. */
import type { RejectionReason } from '../../core/decision.ts'
import type { FailureKind, Rest } from '../../core/failure.ts'
import type { Said } from '../../core/phrase.ts'

/** Changes that together would have had a model chosen: each way was tried out. */
export interface WayTold {
  readonly changes: readonly { readonly change: Said; readonly run?: string }[]
}

export interface ExplainedCandidate {
  readonly ref: string
  readonly profile: string
  /** It rested, and whoever asks it finds out whether it is back. */
  readonly findsOut?: true
  /** Another request is finding out: it comes after all others. */
  readonly isBeingTried?: true
  /** The smallest, each of them as long; empty for the first, and where there is none. */
  readonly ways: readonly WayTold[]
}

export interface ExplainedRejection {
  readonly ref: string
  readonly profile?: string
  /** `not-rotated`: the account before it is spent, and nobody said that another one may follow. */
  readonly reason: RejectionReason['kind'] | 'not-rotated'
  /** Of what rests. */
  readonly failure?: FailureKind
  readonly evidence?: Said
  readonly until?: string
  /** The earliest time at which somebody may find out. */
  readonly probeAt?: string
  readonly used?: number
  readonly limit?: number
  /** Tokens. */
  readonly window?: number
  readonly ways: readonly WayTold[]
}

/** `models explain --json` and `/control/explain`; the JSON Schema is schemas/models-explain.schema.json. */
export interface Explained {
  readonly schema: 1
  readonly at: string
  readonly asked: {
    readonly agent: string
    readonly model?: string
    readonly hasImage: boolean
    readonly hasTools: boolean
    readonly tokens?: number
  }
  /** Refs, as they are looked at. */
  readonly chain: readonly string[]
  /** Who is asked, in order: each but the first only when those before it failed. */
  readonly candidates: readonly ExplainedCandidate[]
  readonly rejected: readonly ExplainedRejection[]
  /** Where nobody can be asked now: until when a request waits for the first who can. */
  readonly waitsUntil?: string
  /** Where nobody can be asked: a model that could be. */
  readonly instead?: WayTold & { readonly ref: string }
}

export interface CooldownRow {
  /** As `models cooldowns clear` takes it. */
  readonly what: string
  readonly scope: Rest['scope']
  readonly provider: string
  readonly profile?: string
  readonly model?: string
  readonly cause: FailureKind
  readonly evidence: Said
  readonly since: string
  readonly until: string
  /** The earliest time at which it may be disproved. */
  readonly probeAt: string
  /** The upstream named the time. */
  readonly told: boolean
}

/** `models cooldowns list --json`; its JSON Schema is schemas/models-cooldowns-list.schema.json. */
export interface CooldownList {
  readonly schema: 1
  readonly cooldowns: readonly CooldownRow[]
}

export interface CooldownsCleared {
  readonly cleared: readonly CooldownRow[]
  readonly changed: boolean
}
