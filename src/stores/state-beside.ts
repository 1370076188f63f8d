/** The state that lies beside a file's own place, so that all who reach the file by a link meet in one. */
import { basename, dirname, join } from 'node:path'
import type { Lock } from '../core/edit.ts'
import type { Clock, Notes, State } from '../core/ports.ts'
import { behindLinks } from './files/own-file.ts'
import { lockByLease } from './lock-by-lease.ts'

interface LockMeans {
  readonly clock: Clock
  /** Names this process to those who find a lease taken. */
  readonly holder: () => string
}

export interface BesideMeans extends LockMeans {
  /** Path of the state that this process has open anyway. */
  readonly ownPath: string
  readonly own: () => Promise<State>
  /** Opens another one. */
  readonly open: (path: string) => Promise<State>
}

export interface LocksAndNotes {
  readonly lock: Lock
  readonly notes: Notes
}

export interface Beside extends LocksAndNotes {
  /** Of what was opened here; the process's own state stays open. */
  close(): Promise<void>
}

/** `state` is opened when it is first used. */
export function locksAndNotes(state: () => Promise<State>, { clock, holder }: LockMeans): LocksAndNotes {
  return {
    lock: async (key, work) => lockByLease((await state()).leases, clock, holder())(key, work),
    notes: {
      get: async (key) => (await state()).notes.get(key),
      put: async (key, value) => (await state()).notes.put(key, value),
    },
  }
}

/** `file` is looked at anew each time: a link may be laid, or led elsewhere, while we run. */
export function stateBeside(file: string, { ownPath, own, open, ...means }: BesideMeans): Beside {
  const others = new Map<string, Promise<State>>()
  const state = (): Promise<State> => {
    const path = behindLinks(join(dirname(behindLinks(file)), basename(ownPath)))
    if (path === behindLinks(ownPath)) return own()
    const known = others.get(path)
    if (known) return known
    const opened = open(path)
    others.set(path, opened)
    // What could not be opened is tried again the next time.
    opened.catch(() => others.delete(path))
    return opened
  }
  return {
    ...locksAndNotes(async () => state(), means),
    async close() {
      const opened = await Promise.allSettled(others.values())
      for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
    },
  }
}
