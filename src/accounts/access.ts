/** The token for a request: the one at hand while it lives, a fresh one before it dies, once for all who ask. */
import type { Credential, Profile } from '../core/credential.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import { credentialMark } from './credential-store.ts'
import type { Refresher } from './refresh.ts'
import { markOf, type OAuthCredential } from './tokens.ts'

export type Access =
  | { readonly kind: 'ok'; readonly credential: Credential }
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure }

export interface Accounts {
  /** Refreshes first when the token has less than five minutes; a live token still serves when that fails. */
  access(provider: Provider, profile: Profile): Promise<Access>
  /** After a 401 on `used`: another process's newer token, else a refresh. */
  renewed(provider: Provider, profile: Profile, used: Credential): Promise<Access>
  /** Why this login needs the person; undefined = nothing stands against it. Reads memory only. */
  loginProblem(profile: Profile): string | undefined
  /** The freshest credential known of a profile: a refreshed one may be newer than the file that was read. */
  current(profile: Profile): Credential | undefined
}

const EARLY_MS = 5 * 60_000

export interface AccountsMeans {
  readonly clock: Clock
  readonly refresher: Refresher
  /** Marks of refresh tokens that the server has refused for good, with its words. */
  readonly dead: Map<string, string>
}

export function openAccounts({ clock, refresher, dead }: AccountsMeans): Accounts {
  /** What was refreshed here, by the mark of what the settings showed when it was. */
  const fresher = new Map<string, { readonly over: Set<string>; readonly credential: OAuthCredential }>()
  const underway = new Map<string, Promise<Access>>()

  const current = (profile: Profile): Credential | undefined => {
    const { credential } = profile
    if (!credential) return undefined
    const known = fresher.get(profile.id)
    // The settings may be a moment older than our own save; anything else in them is newer than what we know.
    return known?.over.has(credentialMark(credential)) ? known.credential : credential
  }

  const refreshed = (provider: Provider, profile: Profile, spent: OAuthCredential): Promise<Access> => {
    const running = underway.get(profile.id)
    if (running) return running
    const work = (async (): Promise<Access> => {
      const outcome = await refresher.refresh(provider, profile, spent)
      if (outcome.kind === 'failed') return outcome
      const over = fresher.get(profile.id)?.over ?? new Set<string>()
      over.add(credentialMark(spent))
      if (profile.credential) over.add(credentialMark(profile.credential))
      fresher.set(profile.id, { over, credential: outcome.credential })
      return { kind: 'ok', credential: outcome.credential }
    })().finally(() => underway.delete(profile.id))
    underway.set(profile.id, work)
    return work
  }

  return {
    current,

    async access(provider, profile) {
      const credential = current(profile)
      if (!credential)
        return {
          kind: 'failed',
          failure: { kind: 'auth', scope: 'account', evidence: 'no credential', neverSent: true },
        }
      if (credential.kind !== 'oauth' || !provider.login) return { kind: 'ok', credential }
      const leftMs = credential.expiresAt.getTime() - clock.now().getTime()
      if (leftMs > EARLY_MS) return { kind: 'ok', credential }
      const answer = await refreshed(provider, profile, credential)
      const stillMs = credential.expiresAt.getTime() - clock.now().getTime()
      return answer.kind === 'failed' && stillMs > 0 ? { kind: 'ok', credential } : answer
    },

    async renewed(provider, profile, used) {
      const credential = current(profile)
      if (credential && credentialMark(credential) !== credentialMark(used)) return { kind: 'ok', credential }
      if (used.kind !== 'oauth' || !provider.login) {
        return { kind: 'failed', failure: { kind: 'auth', scope: 'account', evidence: 'the key was refused' } }
      }
      return refreshed(provider, profile, used)
    },

    loginProblem(profile) {
      const credential = current(profile)
      if (credential?.kind !== 'oauth') return undefined
      if (credential.expiresAt > clock.now() && !credential.refreshToken) return undefined
      if (!credential.refreshToken) return 'the token expired and cannot be refreshed'
      const refused = dead.get(markOf(credential.refreshToken))
      return refused !== undefined && credential.expiresAt <= clock.now() ? refused : undefined
    },
  }
}
