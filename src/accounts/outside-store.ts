/** Another program's login as a store of credentials: its file keeps the newest pair, whoever brought it. */
import { phrase } from '../core/phrase.ts'
import type { CredentialStore, StoredCredential } from '../core/ports.ts'
import { reasonOf, SaidError } from '../core/said-error.ts'
import { writeAtomic } from '../stores/files/atomic-write.ts'
import { credentialMark } from './credential-store.ts'
import type { OutsideFile, Seen } from './outside-file.ts'
import type { OAuthCredential } from './tokens.ts'

export interface StoreLock {
  /** Runs the work while the other program's lock is ours. */
  under<T>(work: () => Promise<T>): Promise<T>
  /** Is it ours for a renewal, of which the file's pair was read and spent? */
  isRenewing(): boolean
}

interface Stored extends StoredCredential {
  readonly credential: OAuthCredential
}

/**
 * A swap puts a pair there over the one that it came of. A pair that is newer than that one stays; so does a file that says
 * nothing just now. One that was taken away while we renewed comes back, since it was ours to keep then.
 */
export function outsideStore(file: OutsideFile, lock: StoreLock): CredentialStore {
  /** When a pair that was read ends, by its mark: for the swap that follows. */
  const ends = new Map<string, number>()

  const noted = (seen: Seen): Stored | undefined => {
    if (seen.kind === 'unreadable') throw new SaidError(seen.reason)
    if (seen.kind === 'absent') return undefined
    const { credential } = seen
    const mark = credentialMark(credential)
    ends.set(mark, credential.expiresAt.getTime())
    return { credential, mark }
  }

  return {
    read: async () => noted(await file.lookNow()),

    async ready(profile) {
      try {
        const stored = noted(await file.lookNow())
        if (!stored) return phrase('no-tokens-in-file', { file: file.path, profile })
        await writeAtomic(file.path, '', { beforeRename: () => Promise.resolve(false) })
        return undefined
      } catch (error) {
        return reasonOf(error)
      }
    },

    compareAndSwap: (_profile, expectedMark, next) =>
      lock.under(async () => {
        let current: Stored | undefined
        const written = await file.replace((seen) => {
          current = noted(seen)
          if (next.kind !== 'oauth') return undefined
          const end = ends.get(expectedMark)
          if (!current) return lock.isRenewing() && end !== undefined ? next : undefined
          // An older copy that came back is no login that anybody made meanwhile.
          const isOlder = end !== undefined && current.credential.expiresAt.getTime() < end
          return current.mark === expectedMark || isOlder ? next : undefined
        })
        return written ? { kind: 'saved' } : { kind: 'changed', current }
      }),
  }
}
