/** A refresh token redeemed: never spent twice, its pair saved before it is used, nothing deleted by a failure. */
import type { Credential, LoginProblem, Profile } from '../core/credential.ts'
import type { Held, Lock } from '../core/edit.ts'
import type { ProxyRule } from '../core/network.ts'
import { keptSaid, phrase, saidFrom, type Said } from '../core/phrase.ts'
import type { CredentialStore, Notes } from '../core/ports.ts'
import type { DeviceLogin, Provider } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { isAnother, noteAnsweredFor, notedAnsweredFor } from './answered-for.ts'
import { credentialMark } from './credential-store.ts'
import type { OAuthMeans } from './oauth-client.ts'
import { counted, problemOfRefusals, REFUSED_AGAIN_MS } from './refusals.ts'
import { openSaver, type Saver } from './save.ts'
import { askedIn, bury, noteOf, overIn, putNote, SPENT, type Note, type Wait } from './token-notes.ts'
import { secretMark, type OAuthCredential, type TokenProblem } from './tokens.ts'

export interface RedeemMeans extends OAuthMeans {
  readonly store: CredentialStore
  readonly notes: Notes
  /** For the token itself, where two logins may hold the same one (somebody copied an entry). */
  readonly tokenLock?: Lock
  /** Marks of refresh tokens that are no good any more, and why: filled here, read by `access.ts`. */
  readonly dead: Map<string, LoginProblem>
  /** Told when the new pair could not be saved and is used from memory. */
  readonly onUnsaved: (profile: string, problem: Error) => void
  readonly onSaved: (profile: string) => void
  /** Told when an older copy of the file had come back and the newest pair was put in its place. */
  readonly onPutBack?: (profile: string) => void
}

export type Tried =
  /** `spent` = what was redeemed for it: the file may have held another one than was asked with. */
  | { readonly kind: 'ok'; readonly credential: OAuthCredential; readonly spent?: OAuthCredential }
  /** Asking again will never help. */
  | { readonly kind: 'refused'; readonly evidence: Said; readonly status?: number }
  | { readonly kind: 'passing'; readonly problem: TokenProblem }
  /** The server was not asked, for a reason that lies on this machine. */
  | { readonly kind: 'stopped'; readonly evidence: Said }
  /** Nor was it, since another process was at it for as long as we waited. */
  | { readonly kind: 'busy'; readonly evidence: Said }

export interface Wish {
  readonly provider: Provider
  readonly profile: Profile
  /** Whose refresh token is to be redeemed. */
  readonly asked: OAuthCredential
}

export interface Redeemer extends Pick<Saver, 'putBack' | 'close'> {
  /** Under the login's lease. Rejects where its file or the notes cannot be read or written. */
  renewed(wish: Wish, held: Held): Promise<Tried>
}

type Redeemable = OAuthCredential & { readonly refreshToken: Secret }

interface Redemption {
  readonly login: DeviceLogin
  readonly proxy: ProxyRule | undefined
  readonly profile: string
  readonly spent: Redeemable
}

/** No server may tell us to wait longer; a note that says so is of a clock that was set back. */
const LONGEST_TOLD_MS = 3_600_000

const TAKEN_OVER: Tried = {
  kind: 'stopped',
  evidence: phrase('not-sent-after-sleep'),
}

export function openRedeemer(means: RedeemMeans): Redeemer {
  const { clock, store, notes, dead, tokenLock } = means
  /** Not among the dead: until the pair that came of it is known everywhere, the login would look lost. */
  const spentHere = new Set<string>()

  /** Why this refresh token is no good any more, as far as this process or another has found out. */
  const overOf = async (refreshToken: Secret): Promise<LoginProblem | undefined> => {
    const mark = secretMark(refreshToken)
    if (spentHere.has(mark)) return SPENT
    const known = dead.get(mark)
    if (known && !known.askAgainAt) return known
    const over = overIn(await noteOf(notes, mark))
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
    const { login, proxy } = provider
    const redemption = { login, proxy, profile: profile.id, spent }
    if (!tokenLock) return redeemedOnce(redemption, held)
    return tokenLock(`refresh-token ${secretMark(spent.refreshToken)}`, (also) =>
      redeemedOnce(redemption, { stillOurs: async () => (await held.stillOurs()) && (await also.stillOurs()) }),
    )
  }

  const redeemedOnce = async (redemption: Redemption, held: Held): Promise<Tried> => {
    const { profile, spent } = redemption
    const over = await overOf(spent.refreshToken)
    if (over !== undefined) {
      // Spent by this very process, too: what came of it is nowhere any more.
      dead.set(secretMark(spent.refreshToken), over)
      return { kind: 'refused', ...over }
    }
    const before = await noteOf(notes, secretMark(spent.refreshToken))
    const told = stillToldToWait(askedIn(before).wait, clock.now())
    if (told !== undefined) return { kind: 'passing', problem: told }
    const obstacle = await store.ready(profile)
    if (obstacle !== undefined) return { kind: 'stopped', evidence: obstacle }
    return redeemed(redemption, held, before)
  }

  const redeemed = async (
    { login, proxy, profile, spent }: Redemption,
    held: Held,
    before: Note | undefined,
  ): Promise<Tried> => {
    const mark = secretMark(spent.refreshToken)
    const whom = await notedAnsweredFor(notes, mark)
    // An intent: whoever finds it after a crash knows that this token may have been redeemed.
    await putNote(notes, mark, { state: 'intent', at: clock.now(), ...askedIn(before) })
    const { oauthClient } = await import('./oauth-client.ts') // most processes never renew
    if (!(await held.stillOurs())) return TAKEN_OVER
    const answer = await oauthClient(login, { ...means, proxy }).refresh(spent.refreshToken)
    if (answer.kind === 'failed') {
      if (answer.problem.kind !== 'terminal') return passing(mark, answer.problem, before)
      // A sign-in takes no lease of ours: it may have come in between. An unreadable file shows none.
      const anew = await newerThan(spent, profile).catch(() => undefined)
      if (anew && anew.expiresAt > clock.now()) return { kind: 'ok', credential: anew }
      const { evidence: words, status } = answer.problem
      const evidence = before?.state === 'intent' ? phrase('used-up-before', { words }) : words
      return buried(mark, { evidence, ...(status !== undefined && { status }) })
    }
    if (isAnother(whom, answer.value.answeredFor)) return buried(mark, { evidence: phrase('answer-for-another') })
    // A server that does not rotate sends no new one: the old stays good.
    const credential: Redeemable = {
      ...answer.value.credential,
      refreshToken: answer.value.credential.refreshToken ?? spent.refreshToken,
    }
    const rotated = !credential.refreshToken.isSame(spent.refreshToken)
    if (rotated) spentHere.add(mark)
    if (!(await held.stillOurs())) {
      // Whoever took over may have brought a pair of its own: that one stays. Where there is none, ours is the only one.
      const theirs = await newerThan(spent, profile).catch(() => undefined)
      if (theirs && theirs.expiresAt > clock.now()) return { kind: 'ok', credential: theirs }
    }
    await saver.save(profile, credentialMark(spent), credential)
    // Not before the save: a crash between the two would lose both pairs where the server forgives a second try.
    await putNote(notes, mark, { state: rotated ? 'spent' : 'unspent', at: clock.now() }).catch(() => undefined) // memory knows
    if (rotated) await noteAnsweredFor(notes, secretMark(credential.refreshToken), whom).catch(() => undefined) // then nobody is held to it
    dead.delete(mark)
    return { kind: 'ok', credential, spent }
  }

  const passing = async (mark: string, problem: TokenProblem, before: Note | undefined): Promise<Tried> => {
    const now = clock.now()
    const refusals = counted(askedIn(before).refusals, problem, now)
    const believed = problemOfRefusals(refusals)
    if (believed) dead.set(mark, believed)
    const { evidence, status } = { ...problem, ...believed }
    const waitMs = Math.max(problem.retryAfterMs ?? 0, believed ? REFUSED_AGAIN_MS : 0)
    const wait = waitMs > 0 && {
      until: new Date(now.getTime() + waitMs).toISOString(),
      evidence: keptSaid(evidence),
      ...(status !== undefined && { status }),
    }
    // Who fails inside (5xx), says nothing, or something that is no answer, may have redeemed it first.
    const isLeft = problem.kind === 'passing' && status !== undefined && status >= 400 && status < 500
    const state = isLeft ? 'unspent' : 'intent'
    const note = { state, at: now, ...(refusals && { refusals }), ...(wait && { wait }) } as const
    await putNote(notes, mark, note).catch(() => undefined) // this process knows
    return { kind: 'passing', problem: { ...problem, evidence, ...(wait && { retryAfterMs: waitMs }) } }
  }

  const buried = async (mark: string, problem: LoginProblem): Promise<Tried> => {
    dead.set(mark, problem)
    await bury(notes, mark, problem).catch(() => undefined) // memory knows; others ask once
    return { kind: 'refused', ...problem }
  }

  return { renewed, putBack: (...order) => saver.putBack(...order), close: () => saver.close() }
}

function hasRefreshToken(credential: OAuthCredential): credential is Redeemable {
  return credential.refreshToken !== undefined
}

/** What a server, or we after it had refused for long, wanted to be waited for by every process. */
function stillToldToWait(wait: Wait | undefined, now: Date): TokenProblem | undefined {
  if (!wait) return undefined
  const retryAfterMs = Date.parse(wait.until) - now.getTime()
  if (!(retryAfterMs > 0) || retryAfterMs > LONGEST_TOLD_MS) return undefined
  const { evidence, status } = wait
  return { kind: 'passing', evidence: saidFrom(evidence), ...(status !== undefined && { status }), retryAfterMs }
}
