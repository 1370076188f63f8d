/** Work done by one process at a time: held under a lease, renewed while it lasts. */
import type { Held, Lock } from '../core/edit.ts'
import { phrase } from '../core/phrase.ts'
import type { Clock, Lease, Leases } from '../core/ports.ts'
import { BusyError } from '../core/said-error.ts'

const TTL_MS = 10_000
const POLL_MS = 20

interface Acquired {
  readonly lease: Lease
  /** When it was asked for: its time runs from then at the earliest. */
  readonly sinceMs: number
}

/** Waits at most `patienceMs` for another holder; then rejects with an Error that names the key. */
export function lockByLease(leases: Leases, clock: Clock, holder: string, patienceMs = 15_000): Lock {
  const acquired = async (key: string): Promise<Acquired> => {
    const startMs = clock.monotonicMs()
    let askedMs = startMs
    let answer = await leases.acquire(key, { holder, ttlMs: TTL_MS })
    let seen = { lease: answer.lease, sinceMs: startMs }
    while (answer.kind === 'held') {
      const nowMs = clock.monotonicMs()
      if (nowMs - startMs > patienceMs)
        throw new BusyError(phrase('held-by-other', { key, holder: answer.lease.holder }))
      if (!isSame(answer.lease, seen.lease)) seen = { lease: answer.lease, sinceMs: nowMs }
      // Nobody renewed it for its whole time: its holder is dead, though the wall clock (set back, say) does not show it.
      const dead = nowMs - seen.sinceMs > TTL_MS
      await clock.sleep(POLL_MS)
      askedMs = clock.monotonicMs()
      answer = await leases.acquire(key, { holder, ttlMs: TTL_MS, ...(dead && { evenIfFence: seen.lease.fence }) })
    }
    return { lease: answer.lease, sinceMs: askedMs }
  }

  const heldOver = (lease: Lease, sinceMs: number): Held => {
    let lost = false
    let renewedMs = sinceMs
    return {
      async stillOurs() {
        if (lost) return false
        const askedMs = clock.monotonicMs()
        try {
          if (await leases.renew(lease, TTL_MS)) renewedMs = Math.max(renewedMs, askedMs)
          else lost = true
          return !lost
        } catch {
          // state.db cannot be written just now: nobody else can have taken the lease while its time lasts.
          return clock.monotonicMs() - renewedMs < TTL_MS
        }
      },
    }
  }

  return async (key, work) => {
    const { lease, sinceMs } = await acquired(key)
    const held = heldOver(lease, sinceMs)
    const renewal = setInterval(() => void held.stillOurs(), TTL_MS / 3)
    renewal.unref()
    try {
      return await work(held)
    } finally {
      clearInterval(renewal)
      // What was done is done: a lease that cannot be given back ends by itself.
      await leases.release(lease).catch(() => undefined)
    }
  }
}

function isSame(a: Lease, b: Lease): boolean {
  return a.fence === b.fence && a.expiresAt.getTime() === b.expiresAt.getTime()
}
