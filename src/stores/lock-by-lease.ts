/** Work done by one process at a time: held under a lease, renewed while it lasts. */
import type { Lock } from '../core/edit.ts'
import type { Clock, Lease, Leases } from '../core/ports.ts'

const TTL_MS = 10_000
const POLL_MS = 20

/** Waits at most `patienceMs` for another holder; then rejects with an Error that names the key. */
export function lockByLease(leases: Leases, clock: Clock, holder: string, patienceMs = 15_000): Lock {
  const acquired = async (key: string): Promise<Lease> => {
    const startMs = clock.monotonicMs()
    let answer = await leases.acquire(key, { holder, ttlMs: TTL_MS })
    let seen = { lease: answer.lease, sinceMs: startMs }
    while (answer.kind === 'held') {
      const nowMs = clock.monotonicMs()
      if (nowMs - startMs > patienceMs) throw new Error(`${key} is held by another process (${answer.lease.holder})`)
      if (!isSame(answer.lease, seen.lease)) seen = { lease: answer.lease, sinceMs: nowMs }
      // Nobody renewed it for its whole time: its holder is dead, though the wall clock (set back, say) does not show it.
      const dead = nowMs - seen.sinceMs > TTL_MS
      await clock.sleep(POLL_MS)
      answer = await leases.acquire(key, { holder, ttlMs: TTL_MS, ...(dead && { evenIfFence: seen.lease.fence }) })
    }
    return answer.lease
  }

  return async (key, work) => {
    const lease = await acquired(key)
    const renewal = setInterval(() => {
      leases.renew(lease, TTL_MS).catch(() => undefined) // state.db cannot be written just now; the next one may
    }, TTL_MS / 3)
    renewal.unref()
    try {
      return await work()
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
