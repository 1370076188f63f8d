/** Whom to ask, in order, and why each other was not chosen. */
import type { FailureKind } from './failure.ts'
import type { LoginProblem, Profile } from './credential.ts'
import type { Said } from './phrase.ts'
import type { ModelDefinition, Provider } from './provider.ts'
import type { QuotaLeft } from './quota-policy.ts'
import { formatRef, type ModelRef } from './ref.ts'

/** A model asked through a profile. */
export interface Candidate {
  readonly ref: ModelRef
  readonly provider: Provider
  readonly profile: Profile
  readonly model: ModelDefinition
  /** What is believed against it and may be over (`restKey`): whoever asks it finds out, one request at a time. */
  readonly findsOut?: readonly string[]
  /** What it finds out is whether its account is still spent. */
  readonly isOfQuota?: true
  /** Another request is finding out: it comes after all others. */
  readonly isLast?: true
}

export type RejectionReason =
  | { readonly kind: 'provider-not-found' }
  | { readonly kind: 'model-not-found' }
  | { readonly kind: 'profile-not-found' }
  | { readonly kind: 'no-base-url' }
  /** Plain http to another machine: nothing may be sent there. */
  | { readonly kind: 'plain-http'; readonly address: string }
  | { readonly kind: 'dialect-not-spoken'; readonly api: string }
  | { readonly kind: 'unset-variable'; readonly variable: string }
  | { readonly kind: 'locked'; readonly evidence: Said }
  /** `evidence`: why the login that stands there is none, where that is known. */
  | { readonly kind: 'no-login'; readonly evidence?: Said }
  | ({ readonly kind: 'needs-login' } & LoginProblem)
  | { readonly kind: 'no-vision' }
  | { readonly kind: 'no-tools' }
  /** `tokens` = so many the request has at least. */
  | { readonly kind: 'window-too-small'; readonly window: number; readonly tokens: number }
  /** Its format has no word for something that the request needs; `message` is English, for the caller. */
  | { readonly kind: 'cannot-carry'; readonly param: string; readonly message: string }
  | { readonly kind: 'quota-spent'; readonly left: QuotaLeft }
  | {
      readonly kind: 'resting'
      readonly failure: FailureKind
      readonly evidence: Said
      readonly until: Date
      /** From when on one request may find out, where that is before the end. */
      readonly probeAt?: Date
      /** From when on it is asked all the same, where nobody else can be. */
      readonly forWantAt?: Date
    }
  | { readonly kind: 'state-unwritable' }
  | { readonly kind: 'too-many-hops' }

export interface Rejection {
  readonly ref: ModelRef
  readonly profile?: string
  readonly reason: RejectionReason
}

export interface Decision {
  readonly candidates: readonly Candidate[]
  readonly rejected: readonly Rejection[]
}

/** Its ref without a pinned profile, as headers and errors name it. */
export function nameOf({ ref }: { readonly ref: ModelRef }): string {
  return formatRef({ provider: ref.provider, model: ref.model })
}

/** The model cannot take this request, which says nothing of those who can. */
export function isUnfit({ kind }: RejectionReason): boolean {
  return kind === 'no-vision' || kind === 'no-tools' || kind === 'window-too-small' || kind === 'cannot-carry'
}

/** One line for headers and errors: `qwen-portal/coder-model=quota-spent`. */
export function briefly(rejection: Rejection): string {
  const { reason } = rejection
  const word = reason.kind === 'resting' ? `resting:${reason.failure}` : reason.kind
  return `${nameOf(rejection)}=${word}`
}

/** The HTTP status of a rejection, for when nobody was asked at all. */
export function statusOf(reason: RejectionReason): number {
  switch (reason.kind) {
    case 'provider-not-found':
    case 'model-not-found':
    case 'profile-not-found':
      return 404
    case 'no-vision':
    case 'no-tools':
    case 'window-too-small':
    case 'cannot-carry':
      return 400
    case 'needs-login':
      return 401
    case 'quota-spent':
      return 429
    case 'resting':
      return reason.failure === 'rate-limit' || reason.failure === 'quota' ? 429 : 503
    case 'no-base-url':
    case 'plain-http':
    case 'dialect-not-spoken':
    case 'unset-variable':
    case 'locked':
    case 'no-login':
    case 'state-unwritable':
    case 'too-many-hops':
      return 503
  }
}
