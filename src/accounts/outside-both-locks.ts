/** The two locks under which another program's login is renewed: first our own processes', then that program's. */
import { dirname } from 'node:path'
import type { Held, Lock } from '../core/edit.ts'
import type { OutsideLogin } from '../core/outside-login.ts'
import { phrase } from '../core/phrase.ts'
import { BusyError } from '../core/said-error.ts'
import { sweepTemporaries } from '../stores/files/atomic-write.ts'
import { behindLinks } from '../stores/files/own-file.ts'
import type { OutsideFile, Seen } from './outside-file.ts'
import { openFolderLock, type LockMeans } from './outside-lock.ts'
import type { StoreLock } from './outside-store.ts'
import { markOf } from './tokens.ts'

export interface BothLocks extends StoreLock {
  /** Its key is the file's, whatever the caller calls it. Rejects with a BusyError once it has been waited for too long. */
  readonly forRenewal: Lock
}

export interface BothMeans extends LockMeans {
  /** Among our own processes. */
  readonly lock: Lock
  /** Ends all waiting. */
  readonly signal: AbortSignal
}

interface HeldSince extends Held {
  /** When somebody touched the folder before our lock was made. */
  readonly touchedMs: number
}

export function bothLocks(login: OutsideLogin, file: OutsideFile, means: BothMeans): BothLocks {
  const { clock, signal } = means
  const rules = login.lock
  const folder = openFolderLock(rules, file.path, means)
  let renewing = 0

  const forRenewal: Lock = async (_key, work) => {
    const untilMs = clock.monotonicMs() + rules.patienceMs - rules.quietMs
    return means.lock(leaseKey(file), async (lease) => {
      const done = await underTheirs(untilMs, async (theirs) => {
        await quiet(theirs.touchedMs)
        renewing += 1
        try {
          return await work({ stillOurs: async () => (await lease.stillOurs()) && (await theirs.stillOurs()) })
        } finally {
          renewing -= 1
        }
      })
      // Whoever looks into the file now finds the pair; a token must not be sent.
      return done.kind === 'done' ? done.value : work({ stillOurs: () => Promise.resolve(false) })
    })
  }

  /** `not-wanted` = somebody else brought a new pair meanwhile, and nothing was done. */
  const underTheirs = async <T>(
    untilMs: number,
    work: (held: HeldSince) => Promise<T>,
  ): Promise<{ readonly kind: 'done'; readonly value: T } | { readonly kind: 'not-wanted' }> => {
    const before = file.seen()
    const isWanted = async (): Promise<boolean> => !isNewer(await file.lookNow(), before)
    const taken = await folder.take({ untilMs, signal, isWanted })
    if (taken.kind === 'busy') throw busy()
    if (taken.kind === 'not-wanted') return taken
    try {
      return { kind: 'done', value: await work({ ...taken.held, touchedMs: taken.touchedMs }) }
    } finally {
      await taken.held.release()
      await folder.sweep()
      await sweepTemporaries(dirname(file.path)).catch(() => []) // left by a crash; in nobody's way
    }
  }

  /**
   * A process of the other program that ends takes away the lock under which another one is renewing. What is left of it is
   * the folder's time: while that is fresh, a new file is waited for.
   */
  const quiet = async (touchedMs: number): Promise<void> => {
    const before = await file.lookNow()
    if (before.kind !== 'pair' || touchedMs <= before.modifiedMs) return
    if (clock.now().getTime() - touchedMs > rules.abandonedMs) return
    const untilMs = clock.monotonicMs() + rules.quietMs
    while (clock.monotonicMs() < untilMs) {
      if (signal.aborted) throw busy()
      await clock.sleep(rules.pollMs, signal).catch(() => undefined) // seen at the next turn
      const now = await file.lookNow()
      if (now.kind !== 'pair' || now.credential !== before.credential) return
    }
  }

  const isNewer = (now: Seen, before: Seen | undefined): boolean =>
    now.kind === 'pair' &&
    before?.kind === 'pair' &&
    now.credential !== before.credential &&
    now.credential.expiresAt > clock.now()
  const busy = (): BusyError => new BusyError(phrase('outside-busy', { program: login.program, lock: folder.path }))

  return {
    forRenewal,
    isRenewing: () => renewing > 0,
    async under(work) {
      if (renewing > 0) return work()
      const done = await underTheirs(clock.monotonicMs() + rules.patienceMs, () => work())
      // It is looked at anew: what somebody else brought stays.
      return done.kind === 'done' ? done.value : work()
    },
  }
}

/** The same for all who use this file, by whatever name. */
function leaseKey(file: OutsideFile): string {
  return `refresh ${markOf(behindLinks(file.path))}`
}
