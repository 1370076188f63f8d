/** Leases on a state.db of the test's own; what is renewed by timers is so when the test moves them. */
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, vi } from 'vitest'
import type { SettableClock } from '../stores/sqlite/fixtures/clock.ts'
import { makeStore } from '../stores/sqlite/fixtures/store.ts'
import { openInlineState } from '../stores/sqlite/inline.ts'
import type { PlaceMeans } from './instance.ts'

interface LeaseMeans extends PlaceMeans {
  readonly clock: SettableClock
}

/** Called once a file: each of its tests has leases of its own. */
export function ownLeases(): () => LeaseMeans {
  let means: LeaseMeans | undefined
  let remove: (() => Promise<void>) | undefined
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const store = makeStore()
    remove = () => store.remove()
    const state = await openInlineState({ path: store.path, clock: store.clock })
    store.opened.push(state)
    means = { leases: state.leases, clock: store.clock }
  })
  afterEach(async () => {
    vi.useRealTimers()
    await remove?.()
  })
  return () => {
    if (!means) throw new Error('no test has begun')
    return means
  }
}

/** Of a process that has ended: its number is nobody's now. */
export function deadPid(): number {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  return pid
}
