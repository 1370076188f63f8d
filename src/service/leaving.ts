/** Gateways that take no new connection and still have answers to end: told in state.db while they live. */
import { checked } from '../core/checked.ts'
import type { Clock, Lease, Leases } from '../core/ports.ts'
import { text, thing, whole, type ValueOf } from '../core/shape.ts'
import { isAlive } from './instance.ts'

/** More than so many at once are not told of. */
const MOST = 8
const KEYS = Array.from({ length: MOST }, (_, at) => `gateway-leaving ${at}`)
/** How old the number of answers may be. */
const TELL_MS = 1_000
const TTL_MS = 10_000

const noteShape = thing(
  {
    pid: whole('its number', 1),
    /** ISO 8601. */
    since: text('when it stopped listening'),
    streams: whole('how many answers it has to end', 0),
  },
  'what a gateway that ends says of itself',
)

/** What such a one says of itself. */
export type Leaving = ValueOf<typeof noteShape>

interface LeavingMeans {
  readonly leases: Leases
  readonly clock: Pick<Clock, 'now'>
}

/** Tells of us until `end`; nothing is told while state.db cannot be written. */
export async function tellLeaving(
  streams: () => number,
  { leases, clock }: LeavingMeans,
): Promise<{ end(): Promise<void> }> {
  const { pid } = process
  const since = clock.now().toISOString()
  const wish = () => ({
    holder: `gateway ${pid} ${since}`,
    ttlMs: TTL_MS,
    note: JSON.stringify({ pid, since, streams: streams() } satisfies Leaving),
  })
  let lease: Lease | undefined
  for (const key of KEYS) {
    const answer = await leases.acquire(key, wish()).catch(() => undefined)
    if (answer?.kind !== 'acquired') continue
    lease = answer.lease
    break
  }
  let telling: Promise<unknown> = Promise.resolve()
  const again = async (): Promise<void> => {
    if (!lease) return
    const answer = await leases.acquire(lease.key, { ...wish(), evenIfFence: lease.fence }).catch(() => undefined)
    if (answer?.kind === 'acquired') lease = answer.lease
  }
  const timer = setInterval(() => void (telling = telling.then(again)), TELL_MS)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await telling
      if (lease) await leases.release(lease).catch(() => undefined) // it ends with its time
    },
  }
}

/** The oldest first. */
export async function leavingNow({ leases, clock }: LeavingMeans): Promise<readonly Leaving[]> {
  const found = await Promise.all(KEYS.map((key) => leases.read(key)))
  return found
    .flatMap((lease) => {
      if (lease?.note === undefined || lease.expiresAt <= clock.now()) return []
      const read = checked(JSON.parse(lease.note), noteShape)
      return read.ok && isAlive(read.value.pid) ? [read.value] : []
    })
    .toSorted((one, other) => one.since.localeCompare(other.since))
}
