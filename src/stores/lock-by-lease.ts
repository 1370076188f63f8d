/** Work done by one process at a time: held under a lease, renewed while it lasts. */
import type { Lock } from '../core/edit.ts'
import type { Clock, Leases } from '../core/ports.ts'

const TTL_MS = 10_000
const POLL_MS = 20

/** Waits at most `patienceMs` for another holder; then rejects with an Error that names the key. */
export function lockByLease(leases: Leases, clock: Clock, holder: string, patienceMs = 15_000): Lock {
  return async (key, work) => {
    const start = clock.monotonicMs()
    let answer = await leases.acquire(key, { holder, ttlMs: TTL_MS })
    while (answer.kind === 'held') {
      if (clock.monotonicMs() - start > patienceMs)
        throw new Error(`${key} is held by another process (${answer.lease.holder})`)
      await clock.sleep(POLL_MS)
      answer = await leases.acquire(key, { holder, ttlMs: TTL_MS })
    }
    const { lease } = answer
    const renewal = setInterval(() => void leases.renew(lease, TTL_MS), TTL_MS / 3)
    renewal.unref()
    try {
      return await work()
    } finally {
      clearInterval(renewal)
      await leases.release(lease)
    }
  }
}
