/** One gateway a state folder: who holds the place, and whether that process still lives. */
import * as z from 'zod/mini'
import type { Lease, Leases } from '../core/ports.ts'

const KEY = 'gateway'
const TTL_MS = 15_000

const noteSchema = z.object({ pid: z.int().check(z.positive()), port: z.int(), startedAt: z.string() })

/** What a gateway says of itself in its lease. */
export type Instance = z.infer<typeof noteSchema>

export interface Place {
  /** Told when the place was lost (at once, if it was already), which a frozen process finds out when it wakes. */
  onLost(listener: () => void): void
  /** Free for the next one. */
  leave(): Promise<void>
}

export type Taken = { readonly kind: 'taken'; readonly place: Place } | { readonly kind: 'held'; readonly by: Instance }

/** The process that holds the place now, dead ones left out. */
export async function currentInstance(leases: Leases): Promise<Instance | undefined> {
  const lease = await leases.read(KEY)
  const instance = lease && instanceOf(lease)
  return instance && isAlive(instance.pid) ? instance : undefined
}

export async function takePlace(leases: Leases, self: Instance): Promise<Taken> {
  const wish = { holder: `gateway ${self.pid} ${self.startedAt}`, ttlMs: TTL_MS, note: JSON.stringify(self) }
  let answer = await leases.acquire(KEY, wish)
  if (answer.kind === 'held') {
    const by = instanceOf(answer.lease)
    if (by && isAlive(by.pid) && by.pid !== self.pid) return { kind: 'held', by }
    // Its process is gone and could not say goodbye: the place is taken over, if nobody else was quicker.
    answer = await leases.acquire(KEY, { ...wish, evenIfFence: answer.lease.fence })
    if (answer.kind === 'held') return { kind: 'held', by: instanceOf(answer.lease) ?? self }
  }
  return { kind: 'taken', place: heldPlace(leases, answer.lease) }
}

function heldPlace(leases: Leases, lease: Lease): Place {
  let isLost = false
  let tell = (): void => undefined
  const renewal = setInterval(() => {
    leases.renew(lease, TTL_MS).then(
      (ours) => {
        if (ours) return
        clearInterval(renewal)
        isLost = true
        tell()
      },
      () => undefined, // state.db cannot be written just now; the place is ours until another takes it
    )
  }, TTL_MS / 3)
  renewal.unref()
  return {
    onLost(listener) {
      tell = listener
      if (isLost) listener()
    },
    async leave() {
      clearInterval(renewal)
      await leases.release(lease).catch(() => undefined) // a place that cannot be given back ends with its time
    },
  }
}

function instanceOf(lease: Lease): Instance | undefined {
  if (lease.note === undefined) return undefined
  const read = noteSchema.safeParse(JSON.parse(lease.note))
  return read.success ? read.data : undefined
}

/** Signal 0 asks and does nothing. EPERM: it lives and is somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
