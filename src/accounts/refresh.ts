/** One refresh of a rotating token at a time, whoever asks: under its lease, with waits where it fails. */
import type { Profile } from '../core/credential.ts'
import type { Lock } from '../core/edit.ts'
import type { FailureKind, UpstreamFailure } from '../core/failure.ts'
import type { Said } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { BusyError, reasonOf } from '../core/said-error.ts'
import { backOffMs } from './back-off.ts'
import { credentialMark } from './credential-store.ts'
import { openRedeemer, type RedeemMeans, type Tried, type Wish } from './redeem.ts'
import { markOf, type OAuthCredential, type TokenProblem } from './tokens.ts'

export type RefreshOutcome =
  /** `spent` = what was redeemed for it, where something was. */
  | { readonly kind: 'ok'; readonly credential: OAuthCredential; readonly spent?: OAuthCredential }
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure }

export interface Refresher {
  /**
   * `spent` = the credential whose refresh token is to be redeemed; where the file holds another one that is good, that
   * one is the outcome. Never rejects. After a failure that passes the next call may fail at once, until `retryAt`.
   */
  refresh(provider: Provider, profile: Profile, spent: OAuthCredential): Promise<RefreshOutcome>
  /** Where the file holds a pair that was spent (an older copy came back), the newest takes its place. Never rejects. */
  putBack(profile: Profile, newest: OAuthCredential): Promise<void>
  /** What on this machine stands against a renewal of the profile, in plain words. Never rejects. */
  obstacle(profile: Profile): Promise<Said | undefined>
  /** Before the state is closed: pairs that wait in memory are tried once more. Never rejects. */
  close(): Promise<void>
}

export interface RefreshMeans extends RedeemMeans {
  readonly lock: Lock
  /** Told what on this machine keeps a login from being renewed; undefined = nothing does (any more). */
  readonly onStopped?: (profile: string, problem: Said | undefined) => void
}

/** Whoever holds it is alone in spending this login's refresh token, or in ending the login. */
export function refreshLease({ provider, id }: Pick<Profile, 'id' | 'provider'>): string {
  return `refresh ${markOf(`${provider}\n${id}`)}`
}

/** What lies on this machine is looked at again soon. */
const STOPPED_MS = 5_000

interface Waiting {
  /** Of the credential that was to be renewed: a login anew waits for nothing. */
  readonly mark: string
  readonly untilMs: number
  /** How many in a row passed. */
  readonly failures: number
  readonly failure: UpstreamFailure
}

export function openRefresher(means: RefreshMeans): Refresher {
  const { clock, store, random } = means
  const backOff = new Map<string, Waiting>()
  const redeemer = openRedeemer(means)

  const renewedUnderLease = async (wish: Wish): Promise<Tried> => {
    try {
      return await means.lock(refreshLease(wish.profile), (held) => redeemer.renewed(wish, held))
    } catch (error) {
      // Its file or state.db cannot be used just now; the token at hand may still serve.
      return { kind: error instanceof BusyError ? 'busy' : 'stopped', evidence: reasonOf(error) }
    }
  }

  return {
    async refresh(provider, profile, asked) {
      const mark = credentialMark(asked)
      const last = backOff.get(profile.id)
      const waiting = last?.mark === mark ? last : undefined
      if (waiting && waiting.untilMs > clock.monotonicMs()) return { kind: 'failed', failure: waiting.failure }
      const tried = await renewedUnderLease({ provider, profile, asked })
      const isStopped = tried.kind === 'stopped' || tried.kind === 'busy'
      means.onStopped?.(profile.id, isStopped ? tried.evidence : undefined)
      if (tried.kind === 'ok' || tried.kind === 'refused') backOff.delete(profile.id)
      if (tried.kind === 'ok') return tried
      if (tried.kind === 'refused') return { kind: 'failed', failure: failureOf('auth', tried) }
      const failures = (waiting?.failures ?? 0) + 1
      const waitMs =
        tried.kind === 'passing' ? Math.max(backOffMs(failures, random), tried.problem.retryAfterMs ?? 0) : STOPPED_MS
      const failure: UpstreamFailure = {
        ...(tried.kind === 'passing' ? failureOf(kindOf(tried.problem), tried.problem) : failureOf('auth', tried)),
        ...(tried.kind === 'busy' && { during: 'wait' as const }),
        retryAt: new Date(clock.now().getTime() + waitMs),
      }
      backOff.set(profile.id, { mark, untilMs: clock.monotonicMs() + waitMs, failures, failure })
      return { kind: 'failed', failure }
    },

    putBack: (profile, newest) => redeemer.putBack(profile.id, newest),
    obstacle: (profile) => store.ready(profile.id),
    close: () => redeemer.close(),
  }
}

function failureOf(
  kind: FailureKind,
  { evidence, status }: { readonly evidence: Said; readonly status?: number },
): UpstreamFailure {
  return {
    kind,
    scope: 'account',
    evidence,
    ...(status !== undefined && { status }),
    neverSent: true,
    during: 'refresh',
  }
}

function kindOf({ kind, status }: TokenProblem): FailureKind {
  if (status === undefined) return 'network'
  if (status === 429) return 'rate-limit'
  if (status >= 500) return 'overload'
  return kind === 'not-oauth' ? 'malformed' : 'auth'
}
