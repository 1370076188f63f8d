/** The token for a request: the one at hand while it lives, a fresh one before it dies, once for all who ask. */
import type { Credential, LoginProblem, Profile } from '../core/credential.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Clock } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import { credentialMark } from './credential-store.ts'
import type { OutsideLogins } from './outside-logins.ts'
import type { Refresher } from './refresh.ts'
import { secretMark, type OAuthCredential } from './tokens.ts'

export type Access =
  | { readonly kind: 'ok'; readonly credential: Credential }
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure }

export interface Accounts {
  /** Looks at the files of other programs' logins, once a second at most; undefined = none of these profiles is one. */
  look(providers: ReadonlyMap<string, Provider>, profiles: Iterable<Profile>): Promise<unknown> | undefined
  /** The profile with the credential and the address that its own file had at the last look. Reads memory only. */
  asSeen(profile: Profile): Profile
  /** Refreshes first when the token has less than five minutes; a live token still serves when that fails. */
  access(provider: Provider, profile: Profile): Promise<Access>
  /** After a 401 on `used`: another process's newer token, else a refresh. */
  renewed(provider: Provider, profile: Profile, used: Credential): Promise<Access>
  /** Why this login needs the person; undefined = nothing stands against it. Reads memory only. */
  loginProblem(profile: Profile): LoginProblem | undefined
  /** Why its token will not be renewed any more, though it may still serve. Reads memory only. */
  renewalProblem(profile: Profile): LoginProblem | undefined
  /** What on this machine stands against renewing it now, in plain words: the file's line, say. Looks at the disk. */
  obstacle(profile: Profile): Promise<Said | undefined>
  /** The freshest credential known of a profile: a refreshed one may be newer than the file that was read. */
  current(profile: Profile): Credential | undefined
}

export const EARLY_MS = 5 * 60_000
/** With this much left a token serves while it is renewed. */
const SERVES_MS = 30_000
/** Settings that were read before our own save are replaced within this time. */
const SETTLED_MS = 10_000

export interface AccountsMeans {
  readonly clock: Clock
  readonly refresher: Refresher
  /** Marks of refresh tokens that are no good any more, with the reason. */
  readonly dead: ReadonlyMap<string, LoginProblem>
  readonly outside?: OutsideLogins
}

/** A pair that is newer than what the settings show. */
interface Fresher {
  readonly credential: OAuthCredential
  /** Marks of what it came after. */
  readonly over: Set<string>
  /** How long before its end it is renewed: a short-lived token at half its life, not all the time. */
  readonly earlyMs: number
  readonly sinceMs: number
}

export function openAccounts({ clock, refresher, dead, outside }: AccountsMeans): Accounts {
  const fresher = new Map<string, Fresher>()
  const underway = new Map<string, Promise<Access>>()
  /** Marks of credentials that a server answered with 401 and that nothing can renew. */
  const rejected = new Set<string>()
  /** Credentials as the settings showed them, whose place in the file was looked at. */
  const lookedAt = new WeakSet<Credential>()

  const leftMs = ({ expiresAt }: OAuthCredential): number => expiresAt.getTime() - clock.now().getTime()
  const deadBecause = ({ refreshToken }: OAuthCredential): LoginProblem | undefined =>
    refreshToken === undefined ? { evidence: phrase('login-unrenewable') } : dead.get(secretMark(refreshToken))
  /** Is there anything in asking for a renewal? */
  const mayBeAsked = (problem: LoginProblem | undefined): boolean =>
    problem === undefined || (problem.askAgainAt !== undefined && problem.askAgainAt <= clock.now())

  /** The settings may be a moment older than our own save; anything else in them is newer than what we know. */
  const fresherThan = ({ id, credential }: Profile): Fresher | undefined => {
    const known = fresher.get(id)
    return credential && known?.over.has(credentialMark(credential)) ? known : undefined
  }
  const asSeen = (profile: Profile): Profile => (profile.outside && outside ? outside.asSeen(profile) : profile)
  const current = (profile: Profile): Credential | undefined => {
    const seen = asSeen(profile)
    return fresherThan(seen)?.credential ?? seen.credential
  }
  const usualEarlyMs = (profile: Profile): number => (profile.outside && outside?.earlyMs(profile)) || EARLY_MS
  const earlyMs = (profile: Profile, credential: OAuthCredential): number => {
    const known = fresher.get(profile.id)
    const isOurs = known && credentialMark(known.credential) === credentialMark(credential)
    return isOurs ? known.earlyMs : usualEarlyMs(profile)
  }
  const refresherOf = (profile: Profile): Refresher => (profile.outside && outside?.refresher(profile)) || refresher

  const refreshed = (provider: Provider, profile: Profile, spent: OAuthCredential): Promise<Access> => {
    const running = underway.get(profile.id)
    if (running) return running
    const work = (async (): Promise<Access> => {
      const outcome = await refresherOf(profile).refresh(provider, profile, spent)
      if (outcome.kind === 'failed') return outcome
      const { credential } = outcome
      const over = fresher.get(profile.id)?.over ?? new Set<string>()
      over.add(credentialMark(spent))
      // Another process had renewed it before, and the file may show that one again.
      if (outcome.spent) over.add(credentialMark(outcome.spent))
      if (profile.credential) over.add(credentialMark(profile.credential))
      over.delete(credentialMark(credential))
      fresher.set(profile.id, {
        credential,
        over,
        earlyMs: Math.min(usualEarlyMs(profile), leftMs(credential) / 2),
        sinceMs: clock.monotonicMs(),
      })
      return { kind: 'ok', credential }
    })().finally(() => underway.delete(profile.id))
    underway.set(profile.id, work)
    return work
  }

  /** Settings that go on showing an older pair than ours: somebody put an old copy of the file back. */
  const lookAfterFile = (profile: Profile): void => {
    const known = fresherThan(profile)
    if (!known || !profile.credential || clock.monotonicMs() - known.sinceMs < SETTLED_MS) return
    if (lookedAt.has(profile.credential)) return
    lookedAt.add(profile.credential)
    void refresherOf(profile).putBack(profile, known.credential)
  }

  const without = (profile: Profile): Access => {
    const gone = profile.outside && outside?.problem(profile)
    // Its file may be back the next moment: then nothing rests.
    if (gone) return { kind: 'failed', failure: { kind: 'auth', scope: 'request', neverSent: true, ...gone } }
    const evidence = phrase('no-credential')
    return { kind: 'failed', failure: { kind: 'auth', scope: 'account', evidence, neverSent: true } }
  }

  return {
    current,
    asSeen,
    obstacle: (profile) => refresherOf(profile).obstacle(profile),

    look(providers, profiles) {
      // Every request asks, and most have none.
      let looks: Promise<unknown>[] | undefined
      for (const profile of profiles) {
        const provider = profile.outside && providers.get(profile.provider)
        if (provider && outside) (looks ??= []).push(outside.look(provider, profile))
      }
      return looks && Promise.all(looks)
    },

    async access(provider, asked) {
      const profile = asked.outside && outside ? await outside.look(provider, asked) : asked
      const credential = current(profile)
      if (!credential) return without(profile)
      if (credential.kind !== 'oauth' || !provider.login) return { kind: 'ok', credential }
      lookAfterFile(profile)
      if (leftMs(credential) > earlyMs(profile, credential)) return { kind: 'ok', credential }
      if (leftMs(credential) > 0 && !mayBeAsked(deadBecause(credential))) return { kind: 'ok', credential }
      const work = refreshed(provider, profile, credential)
      // Another program's lock may be waited for: nobody waits along while the token serves.
      if (profile.outside && leftMs(credential) > SERVES_MS) return { kind: 'ok', credential }
      const answer = await work
      return answer.kind === 'failed' && leftMs(credential) > 0 ? { kind: 'ok', credential } : answer
    },

    async renewed(provider, asked, used) {
      // Another program may have renewed it a moment ago.
      const profile = asked.outside && outside ? await outside.lookNow(provider, asked) : asked
      const credential = current(profile)
      if (credential && credentialMark(credential) !== credentialMark(used)) return { kind: 'ok', credential }
      if (used.kind !== 'oauth' || !provider.login) {
        return { kind: 'failed', failure: { kind: 'auth', scope: 'account', evidence: phrase('key-refused') } }
      }
      const answer = await refreshed(provider, profile, used)
      if (answer.kind === 'failed' && deadBecause(used) !== undefined) rejected.add(credentialMark(used))
      return answer
    },

    renewalProblem(profile) {
      const credential = current(profile)
      return credential?.kind === 'oauth' && credential.refreshToken ? deadBecause(credential) : undefined
    },

    loginProblem(profile) {
      const credential = current(profile)
      if (!credential && profile.outside) return outside?.problem(profile)
      if (credential?.kind !== 'oauth') return undefined
      const serves = leftMs(credential) > 0 && !rejected.has(credentialMark(credential))
      return serves ? undefined : deadBecause(credential)
    },
  }
}
