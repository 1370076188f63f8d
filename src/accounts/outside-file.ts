/** The file in which another program keeps its login: read where it stands, written back with all that is not ours in it. */
import { stat } from 'node:fs/promises'
import type { JsonValue } from '../core/edit.ts'
import type { OutsideLogin } from '../core/outside-login.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Clock } from '../core/ports.ts'
import { reasonOf, SaidError } from '../core/said-error.ts'
import { Secret } from '../core/secret.ts'
import { writeAtomic } from '../stores/files/atomic-write.ts'
import { ifPresent, inWordsAt } from '../stores/files/file-errors.ts'
import { readOwnFile } from '../stores/files/own-file.ts'
import { credentialMark } from './credential-store.ts'
import type { OAuthCredential } from './tokens.ts'

/** What a look at the file finds. */
export type Seen =
  | {
      readonly kind: 'pair'
      /** The same object as long as the pair is the same. */
      readonly credential: OAuthCredential
      /** The address that the provider's own reading finds beside it. */
      readonly addressBy: (read: (members: Members) => string | undefined) => string | undefined
      /** On the file system's clock. */
      readonly modifiedMs: number
    }
  | { readonly kind: 'absent' }
  /** Half-written, broken, or not ours to read: it says nothing of the login. */
  | { readonly kind: 'unreadable'; readonly reason: Said }

type Members = Readonly<Record<string, JsonValue>>

export interface OutsideFile {
  readonly path: string
  /** As the last look found it. */
  seen(): Seen | undefined
  /** Looks, but not more often than the login says. Never rejects. */
  look(): Promise<Seen>
  /** Looks now; one that is being written is waited for. Never rejects. */
  lookNow(): Promise<Seen>
  /**
   * Puts the pair there that `next` makes of what stands there now; undefined = it stays. False = nothing was written.
   * What another program writes at the same moment stays, and is asked about anew.
   */
  replace(next: (seen: Seen) => OAuthCredential | undefined): Promise<boolean>
}

/** A program that writes in place is done within a few of these. */
const BUSY_MS = 250
const BUSY_TRIES = 3
const LARGEST_BYTES = 65_536
const MOST_ROUNDS = 5

type Look = Seen & {
  readonly mark: string | undefined
  readonly maybeBusy?: true
  /** All that stands there, tokens too. */
  readonly text?: Secret
}

export function openOutsideFile(login: OutsideLogin, path: string, clock: Clock): OutsideFile {
  let last: Look | undefined
  let lastMs = Number.NEGATIVE_INFINITY
  let looking: Promise<unknown> = Promise.resolve()
  /** What stood beside the pair, and the file's time, for a file that was taken away while we renewed. */
  let known = { text: new Secret('{}'), modifiedMs: 0 }

  const broken = (mark: string | undefined): Look => ({
    kind: 'unreadable',
    reason: phrase('outside-unreadable', { program: login.program, file: path }),
    mark,
    maybeBusy: true,
  })

  const readOnce = async (): Promise<Look> => {
    let mark: string | undefined
    try {
      const stats = await statOf(path)
      if (!stats) return { kind: 'absent', mark }
      mark = stats.mark
      if (stats.size > LARGEST_BYTES) return broken(mark)
      const bytes = readOwnFile(path)
      if (!bytes) return { kind: 'absent', mark: undefined }
      const text = new Secret(Buffer.from(bytes).toString('utf8'))
      const members = membersIn(text)
      const pair = members && login.read(members)
      if (!pair) return broken(mark)
      const { accessToken, refreshToken, expiresAt } = pair
      const credential: OAuthCredential = {
        kind: 'oauth',
        accessToken: new Secret(accessToken),
        refreshToken: new Secret(refreshToken),
        expiresAt,
      }
      return {
        kind: 'pair',
        credential: sameAs(credential, last) ?? credential,
        addressBy: (find) => find(members),
        modifiedMs: stats.mtimeMs,
        text,
        mark,
      }
    } catch (error) {
      return { kind: 'unreadable', reason: reasonOf(inWordsAt(path, error)), mark: mark ?? 'unreadable' }
    }
  }

  const readPatiently = async (): Promise<Look> => {
    lastMs = clock.monotonicMs()
    const before = last?.kind === 'unreadable' ? last.mark : undefined
    let look = await readOnce()
    // One that was broken before, and that nobody has touched since, is not being written.
    for (let tries = 0; look.maybeBusy && look.mark !== before && tries < BUSY_TRIES; tries += 1) {
      await clock.sleep(BUSY_MS)
      look = await readOnce()
    }
    if (look.kind === 'pair' && look.text) known = { text: look.text, modifiedMs: look.modifiedMs }
    last = look
    return look
  }

  /** One after the other: a look that began before the lock was ours tells nothing of what stands there now. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = looking.then(work)
    looking = done.catch(() => undefined) // whoever asked for it is told
    return done
  }

  const isUnchanged = async (): Promise<boolean> => {
    const mark = await statOf(path).then(
      (stats) => stats?.mark,
      () => 'unknown', // the next reading says why
    )
    return last !== undefined && mark === last.mark
  }

  return {
    path,
    seen: () => last,
    lookNow: () => inTurn(readPatiently),
    async look() {
      if (last && clock.monotonicMs() - lastMs < login.lookMs) return last
      return inTurn(async () => {
        if (last && clock.monotonicMs() - lastMs < login.lookMs) return last
        const unchanged = await isUnchanged()
        if (!last || !unchanged) return readPatiently()
        lastMs = clock.monotonicMs()
        return last
      })
    },
    replace: (next) =>
      inTurn(async () => {
        for (let round = 0; round < MOST_ROUNDS; round += 1) {
          const seen = await readPatiently()
          const credential = next(seen)
          if (!credential?.refreshToken) return false
          const pair = {
            accessToken: credential.accessToken.reveal(),
            refreshToken: credential.refreshToken.reveal(),
            expiresAt: credential.expiresAt,
          }
          const members = { ...membersIn(known.text), ...login.write(pair) }
          // Readers look again only at a file that is newer than the one they know, whatever the clock on the wall does.
          const mtime = new Date(Math.max(clock.now().getTime(), Math.floor(known.modifiedMs) + 1))
          const text = JSON.stringify(members, null, 2)
          const written = await writeAtomic(path, text, { mode: 0o600, mtime, beforeRename: isUnchanged })
          if (!written) continue
          await readPatiently()
          return true
        }
        throw new SaidError(phrase('tokens-kept-changing', { profile: path }))
      }),
  }
}

async function statOf(
  path: string,
): Promise<{ readonly mark: string; readonly size: number; readonly mtimeMs: number } | undefined> {
  const stats = await ifPresent(stat(path, { bigint: true }))
  if (!stats) return undefined
  const { dev, ino, size, mtimeNs, ctimeNs } = stats
  return {
    mark: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    size: Number(size),
    mtimeMs: Number(mtimeNs) / 1_000_000,
  }
}

function membersIn(text: Secret): Members | undefined {
  try {
    const value: unknown = JSON.parse(text.reveal())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    // Half-written, perhaps: it is looked at again.
    return undefined
  }
}

function sameAs(credential: OAuthCredential, last: Look | undefined): OAuthCredential | undefined {
  if (last?.kind !== 'pair') return undefined
  const { credential: known } = last
  const isSame =
    credentialMark(known) === credentialMark(credential) && known.expiresAt.getTime() === credential.expiresAt.getTime()
  return isSame ? known : undefined
}
