/** Logins of other programs, used where they stand: each read on use, and renewed under both programs' locks. */
import type { LoginProblem, Profile } from '../core/credential.ts'
import type { OutsideLogin } from '../core/outside-login.ts'
import { phrase } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { allowedAddress } from './allowed-address.ts'
import type { OutsideFile, Seen } from './outside-file.ts'
import { outsidePath } from './outside-path.ts'
import { openRefresher, type Refresher, type RefreshMeans } from './refresh.ts'
import { noteOf, overIn } from './token-notes.ts'
import { secretMark, type OAuthCredential } from './tokens.ts'

export interface OutsideLogins {
  /** The profile with what its file holds, which is looked at once a second at most. Never rejects. */
  look(provider: Provider, profile: Profile): Promise<Profile>
  /** The same, looked at now. */
  lookNow(provider: Provider, profile: Profile): Promise<Profile>
  /** As the last look found it. Reads memory only. */
  asSeen(profile: Profile): Profile
  /** Why it has no credential now. Reads memory only. */
  problem(profile: Profile): LoginProblem | undefined
  /** Undefined before the first look. */
  refresher(profile: Profile): Refresher | undefined
  /** How long before its end it is renewed; 0 before the first look. */
  earlyMs(profile: Profile): number
  /** Renewals that have begun end, others do not begin. Never rejects. */
  close(): Promise<void>
}

/** `lock` = among our own processes. */
export interface OutsideMeans extends Omit<RefreshMeans, 'store'> {
  /** Where the variable that moves the file is read. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

interface Opened {
  readonly login: OutsideLogin
  readonly file: OutsideFile
  readonly refresher: Refresher
  /** Part of a fifth of the early time, so that our processes do not come all at once. */
  readonly jitterMs: number
  provider: Provider
  /** What a file that says nothing just now said last. */
  lastGood: Good | undefined
  /** Asked several times a request, and worked out once. */
  address?: { readonly of: Good; readonly for: Provider; readonly baseUrl: string | undefined }
}

type Good = Extract<Seen, { kind: 'pair' }>

export function openOutsideLogins(means: OutsideMeans): OutsideLogins {
  const { clock, random, notes, dead } = means
  const opened = new Map<string, Opened>()
  const running = new Set<Promise<unknown>>()
  const ending = new AbortController()

  const open = (
    { openOutsideFile, bothLocks, outsideStore }: Parts,
    login: OutsideLogin,
    { path, provider }: { readonly path: string; readonly provider: Provider },
  ): Opened => {
    const file = openOutsideFile(login, path, clock)
    const lock = bothLocks(login, file, { ...means, signal: ending.signal })
    const refresher = openRefresher({ ...means, store: outsideStore(file, lock), lock: lock.forRenewal })
    const jitterMs = ((random.bytes(1)[0] ?? 0) / 256) * (login.earlyMs / 5)
    return { login, file, refresher: tracked(refresher), jitterMs, provider, lastGood: undefined }
  }
  const tracked = (refresher: Refresher): Refresher => ({
    ...refresher,
    refresh(...order) {
      const work = refresher.refresh(...order).finally(() => running.delete(work))
      running.add(work)
      return work
    },
  })

  const openedFor = async (provider: Provider, { id, outside }: Profile): Promise<Opened | undefined> => {
    const login = provider.definition?.outside
    if (!outside || login?.id !== outside.id) return undefined
    // Few have one. Whoever comes meanwhile finds what the first has opened: from here on nothing is waited for.
    const parts = await loadParts()
    const path = outsidePath(login, outside, means.environment)
    const known = opened.get(id)
    const one = known?.login === login && known.file.path === path ? known : open(parts, login, { path, provider })
    one.provider = provider
    opened.set(id, one)
    return one
  }

  const looked = async (
    profile: Profile,
    opening: Promise<Opened | undefined>,
    look: (file: OutsideFile) => Promise<Seen>,
  ): Promise<Profile> => {
    const one = await opening
    if (!one) return profile
    const seen = await look(one.file)
    if (seen.kind === 'absent') one.lastGood = undefined
    if (seen.kind === 'pair' && seen.credential !== one.lastGood?.credential) {
      // Whatever kept the last one from being renewed is over.
      means.onStopped?.(profile.id, undefined)
      await learn(seen.credential)
    }
    if (seen.kind === 'pair') one.lastGood = seen
    return asSeen(profile)
  }

  /** What another process found out about it. */
  const learn = async ({ refreshToken }: OAuthCredential): Promise<void> => {
    const mark = refreshToken && secretMark(refreshToken)
    const over = mark && overIn(await noteOf(notes, mark).catch(() => undefined)) // the renewal asks again
    if (mark && over) dead.set(mark, over)
  }

  const asSeen = (profile: Profile): Profile => {
    const one = opened.get(profile.id)
    const seen = one?.file.seen()
    if (!one || !seen || one.login.id !== profile.outside?.id) return profile
    const { login, file, lastGood } = one
    const kept = lastGood && lastGood.credential.expiresAt > clock.now() ? lastGood : undefined
    const good = seen.kind === 'pair' ? seen : seen.kind === 'unreadable' ? kept : undefined
    const baseUrl = profile.baseUrl ?? (good && addressIn(good, one))
    return {
      ...profile,
      outside: { id: login.id, file: file.path },
      ...(good && { credential: good.credential }),
      ...(baseUrl && { baseUrl }),
    }
  }

  return {
    look: (provider, profile) => looked(profile, openedFor(provider, profile), (file) => file.look()),
    lookNow: (provider, profile) => looked(profile, openedFor(provider, profile), (file) => file.lookNow()),
    asSeen,
    problem(profile) {
      if (asSeen(profile).credential) return undefined
      const { login, file } = opened.get(profile.id) ?? {}
      if (!login || !file) return { evidence: phrase('outside-unknown', { id: profile.outside?.id ?? '' }) }
      const seen = file.seen()
      if (seen?.kind === 'unreadable') return { evidence: seen.reason }
      return { evidence: phrase('outside-absent', { program: login.program, file: file.path }) }
    },
    refresher: ({ id }) => opened.get(id)?.refresher,
    earlyMs({ id }) {
      const one = opened.get(id)
      return one ? one.login.earlyMs + one.jitterMs : 0
    },
    async close() {
      ending.abort()
      await Promise.all(running)
      await Promise.all([...opened.values()].map(({ refresher }) => refresher.close()))
    },
  }
}

type Parts = Awaited<ReturnType<typeof loadParts>>

async function loadParts() {
  const [{ openOutsideFile }, { bothLocks }, { outsideStore }] = await Promise.all([
    import('./outside-file.ts'),
    import('./outside-both-locks.ts'),
    import('./outside-store.ts'),
  ])
  return { openOutsideFile, bothLocks, outsideStore }
}

/** Where its requests go, if its file says so and its token may go there. */
function addressIn(good: Good, one: Opened): string | undefined {
  const { provider, address } = one
  if (address?.of === good && address.for === provider) return address.baseUrl
  const { resourceUrl } = provider.login ?? {}
  const baseUrl = allowedAddress(resourceUrl && good.addressBy(resourceUrl), provider)
  one.address = { of: good, for: provider, baseUrl }
  return baseUrl
}
