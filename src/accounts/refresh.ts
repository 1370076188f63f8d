/** One refresh of a rotating token: never spent twice, saved before it is used, never deleted by a failure. */
import type { Credential, LoginProblem, Profile } from '../core/credential.ts'
import type { Held, Lock } from '../core/edit.ts'
import type { FailureKind, UpstreamFailure } from '../core/failure.ts'
import type { ProxyRule } from '../core/network.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { CredentialStore, Notes } from '../core/ports.ts'
import type { DeviceLogin, Provider } from '../core/provider.ts'
import { BusyError, reasonOf } from '../core/said-error.ts'
import type { Secret } from '../core/secret.ts'
import { credentialMark } from './credential-store.ts'
import type { OAuthMeans } from './oauth-client.ts'
import { openSaver } from './save.ts'
import { bury, noteOf, overIn, putNote, SPENT } from './token-notes.ts'
import { markOf, secretMark, type OAuthCredential, type TokenProblem } from './tokens.ts'

export type RefreshOutcome =
  | { readonly kind: 'ok'; readonly credential: OAuthCredential }
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

export interface RefreshMeans extends OAuthMeans {
  readonly store: CredentialStore
  readonly notes: Notes
  readonly lock: Lock
  /** Marks of refresh tokens that are no good any more, and why: filled here, read by `access.ts`. */
  readonly dead: Map<string, LoginProblem>
  /** Told when the new pair could not be saved and is used from memory. */
  readonly onUnsaved: (profile: string, problem: Error) => void
  readonly onSaved: (profile: string) => void
  /** Told what on this machine keeps a login from being renewed; undefined = nothing does (any more). */
  readonly onStopped?: (profile: string, problem: Said | undefined) => void
  /** Told when an older copy of the file had come back and the newest pair was put in its place. */
  readonly onPutBack?: (profile: string) => void
}

/** After a failure that passes, this long is waited before the server is asked again. */
const FIRST_BACK_OFF_MS = 5_000
const LONGEST_BACK_OFF_MS = 300_000

type Tried =
  | { readonly kind: 'ok'; readonly credential: OAuthCredential }
  /** Asking again will never help. */
  | { readonly kind: 'refused'; readonly evidence: Said; readonly status?: number }
  | { readonly kind: 'passing'; readonly problem: TokenProblem }
  /** The server was not asked, for a reason that lies on this machine. */
  | { readonly kind: 'stopped'; readonly evidence: Said }
  /** Nor was it, since another process was at it for as long as we waited. */
  | { readonly kind: 'busy'; readonly evidence: Said }

/** Whoever holds it is alone in spending this login's refresh token, or in ending the login. */
export function refreshLease({ provider, id }: Pick<Profile, 'id' | 'provider'>): string {
  return `refresh ${markOf(`${provider}\n${id}`)}`
}

type Redeemable = OAuthCredential & { readonly refreshToken: Secret }

interface Wish {
  readonly provider: Provider
  readonly profile: Profile
  /** Whose refresh token is to be redeemed. */
  readonly asked: OAuthCredential
}

interface Redemption {
  readonly login: DeviceLogin
  readonly proxy: ProxyRule | undefined
  readonly profile: string
  readonly spent: Redeemable
}

const TAKEN_OVER: Tried = {
  kind: 'stopped',
  evidence: phrase('not-sent-after-sleep'),
}

interface Waiting {
  /** Of the credential that was to be renewed: a login anew waits for nothing. */
  readonly mark: string
  readonly untilMs: number
  readonly waitMs: number
  readonly failure: UpstreamFailure
}

export function openRefresher(means: RefreshMeans): Refresher {
  const { clock, store, notes, dead } = means
  const backOff = new Map<string, Waiting>()
  /** Not among the dead: until the pair that came of it is known everywhere, the login would look lost. */
  const spentHere = new Set<string>()

  /** Why this refresh token is no good any more, as far as this process or another has found out. */
  const overOf = async (refreshToken: Secret): Promise<LoginProblem | undefined> => {
    const mark = secretMark(refreshToken)
    if (spentHere.has(mark)) return SPENT
    const over = dead.get(mark) ?? overIn(await noteOf(notes, mark))
    if (over !== undefined) dead.set(mark, over)
    return over
  }
  const isOver = async (credential: Credential): Promise<boolean> =>
    credential.kind === 'oauth' &&
    credential.refreshToken !== undefined &&
    (await overOf(credential.refreshToken)) !== undefined
  const saver = openSaver({ ...means, isOver })

  /** Another process renewed it, or the person signed in anew. */
  const newerThan = async (known: OAuthCredential, profile: string): Promise<OAuthCredential | undefined> => {
    const stored = await store.read(profile)
    if (stored?.credential.kind !== 'oauth' || stored.mark === credentialMark(known)) return undefined
    return (await isOver(stored.credential)) ? undefined : stored.credential
  }

  const renewed = async ({ provider, profile, asked }: Wish, held: Held): Promise<Tried> => {
    // Whoever held the lease before us may have done it already.
    const newer = await newerThan(asked, profile.id)
    if (newer && newer.expiresAt > clock.now()) return { kind: 'ok', credential: newer }
    const spent = newer ?? asked
    if (!hasRefreshToken(spent)) return { kind: 'refused', evidence: phrase('no-refresh-token') }
    if (!provider.login) return { kind: 'refused', evidence: phrase('no-login-way') }
    const over = await overOf(spent.refreshToken)
    if (over !== undefined) return { kind: 'refused', ...over }
    const obstacle = await store.ready(profile.id)
    if (obstacle !== undefined) return { kind: 'stopped', evidence: obstacle }
    const { login, proxy } = provider
    return redeemed({ login, proxy, profile: profile.id, spent }, held)
  }

  const redeemed = async ({ login, proxy, profile, spent }: Redemption, held: Held): Promise<Tried> => {
    const mark = secretMark(spent.refreshToken)
    const before = await noteOf(notes, mark)
    // An intent: whoever finds it after a crash knows that this token may have been redeemed.
    await putNote(notes, mark, { state: 'intent', at: clock.now() })
    const { oauthClient } = await import('./oauth-client.ts') // most processes never renew
    if (!(await held.stillOurs())) return TAKEN_OVER
    const answer = await oauthClient(login, { ...means, proxy }).refresh(spent.refreshToken)
    if (answer.kind === 'failed') {
      if (answer.problem.kind !== 'terminal') return { kind: 'passing', problem: answer.problem }
      // A sign-in takes no lease of ours: it may have come in between. An unreadable file shows none.
      const anew = await newerThan(spent, profile).catch(() => undefined)
      if (anew && anew.expiresAt > clock.now()) return { kind: 'ok', credential: anew }
      const { evidence: words, status } = answer.problem
      const evidence = before?.state === 'intent' ? phrase('used-up-before', { words }) : words
      return buried(mark, { evidence, ...(status !== undefined && { status }) })
    }
    // A server that does not rotate sends no new one: the old stays good.
    const credential: OAuthCredential = { refreshToken: spent.refreshToken, ...answer.value.credential }
    const rotated = credential.refreshToken?.isSame(spent.refreshToken) === false
    if (rotated) spentHere.add(mark)
    if (!(await held.stillOurs())) {
      // Whoever took over may have brought a pair of its own: that one stays. Where there is none, ours is the only one.
      const theirs = await newerThan(spent, profile).catch(() => undefined)
      if (theirs && theirs.expiresAt > clock.now()) return { kind: 'ok', credential: theirs }
    }
    await saver.save(profile, credentialMark(spent), credential)
    // Not before the save: a crash between the two would lose both pairs where the server forgives a second try.
    if (rotated) await putNote(notes, mark, { state: 'spent', at: clock.now() }).catch(() => undefined) // memory knows
    return { kind: 'ok', credential }
  }

  const buried = async (mark: string, problem: LoginProblem): Promise<Tried> => {
    dead.set(mark, problem)
    await bury(notes, mark, problem).catch(() => undefined) // memory knows; others ask once
    return { kind: 'refused', ...problem }
  }

  const renewedUnderLease = async (wish: Wish): Promise<Tried> => {
    const key = refreshLease(wish.profile)
    try {
      return await means.lock(key, (held) => renewed(wish, held))
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
      const waitMs = waitAfter(tried, waiting)
      const failure: UpstreamFailure = {
        ...(tried.kind === 'passing' ? failureOf(kindOf(tried.problem), tried.problem) : failureOf('auth', tried)),
        ...(tried.kind === 'busy' && { during: 'wait' as const }),
        retryAt: new Date(clock.now().getTime() + waitMs),
      }
      backOff.set(profile.id, { mark, untilMs: clock.monotonicMs() + waitMs, waitMs, failure })
      return { kind: 'failed', failure }
    },

    putBack: (profile, newest) => saver.putBack(profile.id, newest),
    obstacle: (profile) => store.ready(profile.id),
    close: () => saver.close(),
  }
}

function hasRefreshToken(credential: OAuthCredential): credential is Redeemable {
  return credential.refreshToken !== undefined
}

/** Longer with each failure, and as long as the server says. What lies on this machine is looked at again soon. */
function waitAfter(
  tried: Extract<Tried, { kind: 'passing' | 'stopped' | 'busy' }>,
  waiting: Waiting | undefined,
): number {
  if (tried.kind !== 'passing') return FIRST_BACK_OFF_MS
  const ownMs = Math.min(waiting ? waiting.waitMs * 2 : FIRST_BACK_OFF_MS, LONGEST_BACK_OFF_MS)
  return Math.max(ownMs, tried.problem.retryAfterMs ?? 0)
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
