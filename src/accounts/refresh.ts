/** One refresh of a rotating token: never spent twice, saved before it is used, never deleted by a failure. */
import type { Profile } from '../core/credential.ts'
import type { Lock } from '../core/edit.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { CredentialStore, Notes } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import { credentialMark } from './credential-store.ts'
import { oauthClient, type OAuthMeans } from './oauth-client.ts'
import { markOf, type OAuthCredential, type TokenProblem } from './tokens.ts'

export type RefreshOutcome =
  | { readonly kind: 'ok'; readonly credential: OAuthCredential }
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure }

export interface Refresher {
  /** `spent` = the credential whose refresh token is to be redeemed. */
  refresh(provider: Provider, profile: Profile, spent: OAuthCredential): Promise<RefreshOutcome>
}

export interface RefreshMeans extends OAuthMeans {
  readonly store: CredentialStore
  readonly notes: Notes
  readonly lock: Lock
  /** Marks of refresh tokens refused for good: filled here, read by `access.ts`. */
  readonly dead: Map<string, string>
  /** Told when the new pair could not be saved and is used from memory. */
  readonly onUnsaved: (profile: string, problem: Error) => void
  readonly onSaved: (profile: string) => void
}

/** After a failure that passes, this long is waited before the server is asked again. */
const FIRST_BACK_OFF_MS = 5_000
const FIRST_SAVE_WAIT_MS = 250
const LONGEST_BACK_OFF_MS = 300_000

export function openRefresher(means: RefreshMeans): Refresher {
  const backOff = new Map<
    string,
    { readonly until: number; readonly waitMs: number; readonly failure: UpstreamFailure }
  >()

  const locked = async (provider: Provider, profile: Profile, spent: OAuthCredential): Promise<RefreshOutcome> => {
    // Whoever held the lease before us may have done it already.
    const stored = await means.store.read(profile.id)
    if (stored?.credential.kind === 'oauth' && stored.mark !== credentialMark(spent)) {
      return { kind: 'ok', credential: stored.credential }
    }
    if (!spent.refreshToken) return failed({ kind: 'terminal', evidence: 'there is no refresh token' })
    const mark = markOf(spent.refreshToken)
    const refused = means.dead.get(mark) ?? (await deadNote(means.notes, mark))
    if (refused !== undefined) {
      means.dead.set(mark, refused)
      return failed({ kind: 'terminal', evidence: refused })
    }
    if (!provider.login) return failed({ kind: 'terminal', evidence: 'the provider has no login' })

    // An intent: whoever finds it after a crash knows that this token may have been redeemed.
    await means.notes.put(noteKey(mark), JSON.stringify({ state: 'intent', at: means.clock.now() }))
    const answer = await oauthClient(provider.login, means).refresh(spent.refreshToken)
    if (answer.kind === 'failed') {
      if (answer.problem.kind === 'terminal') {
        means.dead.set(mark, answer.problem.evidence)
        await means.notes.put(noteKey(mark), JSON.stringify({ state: 'dead', evidence: answer.problem.evidence }))
      }
      return failed(answer.problem)
    }
    // A server that does not rotate sends no new one: the old stays good.
    const credential: OAuthCredential = { refreshToken: spent.refreshToken, ...answer.value.credential }
    await save(profile.id, credentialMark(spent), credential)
    if (credential.refreshToken !== spent.refreshToken) {
      await means.notes.put(noteKey(mark), JSON.stringify({ state: 'spent', at: means.clock.now() }))
    }
    return { kind: 'ok', credential }
  }

  /** A save that fails costs no login: the pair serves from memory, is saved again, and the person is told. */
  const save = async (profile: string, expectedMark: string, credential: OAuthCredential): Promise<void> => {
    const saved = await trySave(profile, expectedMark, credential)
    if (!saved) void saveLater(profile, expectedMark, credential)
  }

  const trySave = async (profile: string, expectedMark: string, credential: OAuthCredential): Promise<boolean> => {
    try {
      await means.store.compareAndSwap(profile, expectedMark, credential)
      means.onSaved(profile)
      return true
    } catch (error) {
      means.onUnsaved(profile, error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }

  const saveLater = async (profile: string, expectedMark: string, credential: OAuthCredential): Promise<void> => {
    for (let waitMs = FIRST_SAVE_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_BACK_OFF_MS)) {
      await means.clock.sleep(waitMs)
      if (await trySave(profile, expectedMark, credential)) return
    }
  }

  return {
    async refresh(provider, profile, spent) {
      const waiting = backOff.get(profile.id)
      if (waiting && waiting.until > means.clock.monotonicMs()) return { kind: 'failed', failure: waiting.failure }
      const outcome = await means.lock(`refresh ${markOf(`${provider.id}\n${profile.id}`)}`, () =>
        locked(provider, profile, spent),
      )
      if (outcome.kind === 'ok') backOff.delete(profile.id)
      else if (outcome.failure.kind !== 'auth') {
        const waitMs = Math.min(waiting ? waiting.waitMs * 2 : FIRST_BACK_OFF_MS, LONGEST_BACK_OFF_MS)
        backOff.set(profile.id, { until: means.clock.monotonicMs() + waitMs, waitMs, failure: outcome.failure })
      }
      return outcome
    },
  }
}

function failed({ kind, evidence, status }: TokenProblem): RefreshOutcome {
  return {
    kind: 'failed',
    failure: {
      kind: kind === 'terminal' ? 'auth' : 'network',
      scope: 'account',
      evidence,
      ...(status !== undefined && { status }),
      neverSent: true,
      during: 'refresh',
    },
  }
}

const noteKey = (mark: string): string => `refresh-token ${mark}`

/** Marks of the refresh tokens in the settings that were found dead, by this process or another. */
export async function knownDead(profiles: Iterable<Profile>, notes: Notes): Promise<Map<string, string>> {
  const dead = new Map<string, string>()
  for (const { credential } of profiles) {
    if (credential?.kind !== 'oauth' || !credential.refreshToken) continue
    const mark = markOf(credential.refreshToken)
    const evidence = await deadNote(notes, mark)
    if (evidence !== undefined) dead.set(mark, evidence)
  }
  return dead
}

async function deadNote(notes: Notes, mark: string): Promise<string | undefined> {
  const note = await notes.get(noteKey(mark))
  if (note === undefined) return undefined
  const { state, evidence } = JSON.parse(note) as { state: string; evidence?: string }
  if (state === 'dead') return evidence ?? 'the server refused it'
  if (state === 'spent') return 'the refresh token was used already (an older copy of the file came back)'
  return undefined
}
