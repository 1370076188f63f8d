/** An upstream's failure as a value, with the one table of what follows from it. */
import type { Said } from './phrase.ts'

export const FAILURE_KINDS = [
  'auth',
  'auth-retired',
  'billing',
  'rate-limit',
  'quota',
  'overload',
  'network',
  'malformed',
  'timeout',
  'model-missing',
  'context-too-long',
  'filtered',
  'bad-request',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** What a failure says something about. */
export type FailureScope = 'account' | 'account-and-model' | 'model' | 'provider' | 'network' | 'request'

export interface UpstreamFailure {
  readonly kind: FailureKind
  readonly scope: FailureScope
  /** What was met, short, in the upstream's words where there are any; never a secret. */
  readonly evidence: Said
  /** The upstream's HTTP status, where it came so far. */
  readonly status?: number
  /** The upstream's own code, as it stood in the body. */
  readonly code?: string
  /** The earliest time at which asking again may help. */
  readonly retryAt?: Date
  /** Of a context that was too long: how many tokens there may be, where the upstream told. */
  readonly contextWindow?: number
  /** True when no byte of the request had left: then nothing was counted upstream. */
  readonly neverSent?: boolean
  /**
   * Before the request itself was sent: `refresh` = while its token was renewed; `wait` = while another program, which
   * shares the login, was at it.
   */
  readonly during?: 'refresh' | 'wait'
}

interface Consequence {
  /** May the same candidate be asked once more for this request? */
  readonly sameAgain: 'no' | 'after-refresh' | 'if-soon' | 'within-budget'
  /** May another profile of the same model be asked? `if-told` = by explicit order or `auth.rotate`. */
  readonly otherProfile: 'yes' | 'no' | 'if-told'
  /** May another model be asked? */
  readonly otherModel: 'yes' | 'no' | 'larger' | 'if-asked'
  /** Does the failure's scope rest, and for how long when no time was told (0 = nothing rests)? */
  readonly restMs: number
  /** Does it pass by itself, so that it helps to come back, and a told time makes sense? */
  readonly passes: boolean
  /** What the caller gets when every candidate failed and this was the first failure. */
  readonly status: number
}

const MINUTE_MS = 60_000

export const CONSEQUENCES: Readonly<Record<FailureKind, Consequence>> = {
  auth: {
    sameAgain: 'after-refresh',
    otherProfile: 'yes',
    otherModel: 'yes',
    restMs: MINUTE_MS,
    passes: false,
    status: 401,
  },
  'auth-retired': {
    sameAgain: 'no',
    otherProfile: 'yes',
    otherModel: 'yes',
    restMs: 60 * MINUTE_MS,
    passes: false,
    status: 401,
  },
  billing: {
    sameAgain: 'no',
    otherProfile: 'yes',
    otherModel: 'yes',
    restMs: 10 * MINUTE_MS,
    passes: false,
    status: 402,
  },
  'rate-limit': {
    sameAgain: 'if-soon',
    otherProfile: 'yes',
    otherModel: 'yes',
    restMs: MINUTE_MS,
    passes: true,
    status: 429,
  },
  quota: {
    sameAgain: 'no',
    otherProfile: 'if-told',
    otherModel: 'yes',
    restMs: 10 * MINUTE_MS,
    passes: true,
    status: 429,
  },
  overload: {
    sameAgain: 'within-budget',
    otherProfile: 'no',
    otherModel: 'yes',
    restMs: 5_000,
    passes: true,
    status: 502,
  },
  network: {
    sameAgain: 'within-budget',
    otherProfile: 'no',
    otherModel: 'yes',
    restMs: 5_000,
    passes: true,
    status: 502,
  },
  malformed: {
    sameAgain: 'within-budget',
    otherProfile: 'no',
    otherModel: 'yes',
    restMs: 5_000,
    passes: true,
    status: 502,
  },
  timeout: { sameAgain: 'no', otherProfile: 'no', otherModel: 'yes', restMs: 10_000, passes: true, status: 504 },
  'model-missing': {
    sameAgain: 'no',
    otherProfile: 'no',
    otherModel: 'yes',
    restMs: 10 * MINUTE_MS,
    passes: false,
    status: 404,
  },
  'context-too-long': {
    sameAgain: 'no',
    otherProfile: 'no',
    otherModel: 'larger',
    restMs: 0,
    passes: false,
    status: 400,
  },
  filtered: { sameAgain: 'no', otherProfile: 'no', otherModel: 'if-asked', restMs: 0, passes: false, status: 400 },
  'bad-request': { sameAgain: 'no', otherProfile: 'no', otherModel: 'no', restMs: 0, passes: false, status: 400 },
}

/** A status that speaks of the address, not of the login: nothing at this path, or something at another. */
export function isElsewhere(status: number): boolean {
  return status === 404 || (status >= 300 && status < 400)
}

/** They pass by themselves within seconds: a server that was restarted, a network that was gone for a moment. */
export const PASSING_SOON: ReadonlySet<FailureKind> = new Set(['overload', 'network', 'malformed', 'timeout'])

/** A cooldown, which is a belief: what rests, why, and the earliest time at which that can be disproved. */
export interface Rest {
  readonly scope: Exclude<FailureScope, 'request'>
  readonly provider: string
  readonly profile?: string
  readonly model?: string
  readonly kind: FailureKind
  /** The failure's, as `keptSaid` writes it. */
  readonly evidence: string
  readonly since: Date
  /** When it should be over: as the upstream told, or as we believe. */
  readonly until: Date
  /** From when on one request may find out; undefined = not before `until`. */
  readonly probeAt?: Date
  /** The upstream named the time: nobody asks before it for want of somebody else. */
  readonly isTold?: true
}

/** Of all that may rest between a request and this candidate. */
export function restKeysOf(names: {
  readonly provider: string
  readonly profile: string
  readonly model: string
}): readonly string[] {
  return (['account', 'account-and-model', 'model', 'provider'] as const).map((scope) => restKey({ scope, ...names }))
}

/** One key a resting thing; equal keys are the same thing. */
export function restKey(rest: Pick<Rest, 'scope' | 'provider' | 'profile' | 'model'>): string {
  switch (rest.scope) {
    case 'account':
      return `account ${rest.profile ?? rest.provider}`
    case 'account-and-model':
      return `account-and-model ${rest.profile ?? rest.provider} ${rest.model ?? ''}`
    case 'model':
      return `model ${rest.provider} ${rest.model ?? ''}`
    case 'provider':
    case 'network':
      return `provider ${rest.provider}`
  }
}
