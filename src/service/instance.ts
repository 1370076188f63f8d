/** One gateway a state folder: who holds the place, and whether that process still lives. */
import { readFileSync } from 'node:fs'
import { checked } from '../core/checked.ts'
import type { Clock, Lease, Leases } from '../core/ports.ts'
import { optional, text, thing, whole, type ValueOf } from '../core/shape.ts'

const KEY = 'gateway'
const TTL_MS = 15_000
const CONNECT_MS = 1_000
/** The boot time is told in whole seconds, and the clock is set right now and then. */
const CLOCK_SLACK_MS = 2_000

const noteShape = thing(
  {
    pid: whole('its number', 1),
    port: whole('its port', 0),
    startedAt: text('when it began'),
    /** As it was told where to listen, if it was told by more than the settings. */
    bind: optional(text('where it was told to listen')),
  },
  'what a gateway says of itself',
)

/** What a gateway says of itself in its lease. */
export type Instance = ValueOf<typeof noteShape>

export interface Place {
  /** Told while another one that lives has the place (at once, if it has already), which a frozen process finds out when it wakes. */
  onLost(listener: () => void): void
  /** False = another one that lives has it. Who took it and has ended since has it no longer. */
  keep(): Promise<boolean>
  /** Free for the next one. */
  leave(): Promise<void>
}

export type Taken = { readonly kind: 'taken'; readonly place: Place } | { readonly kind: 'held'; readonly by: Instance }

/** What the place is looked at with. */
export interface PlaceMeans {
  readonly leases: Leases
  readonly clock: Pick<Clock, 'now'>
}

/** The process that holds the place now, dead ones left out. */
export async function currentInstance({ leases, clock }: PlaceMeans): Promise<Instance | undefined> {
  const lease = await leases.read(KEY)
  const instance = lease && instanceOf(lease)
  if (!lease || !instance || !isAlive(instance.pid)) return undefined
  // It slept, or could not write to state.db; if it listens still, it is no stranger that got its number.
  return isCertain(lease, instance, clock) || (await isListening(instance.port)) ? instance : undefined
}

/** Whether it keeps its place even now, so that its number is no stranger's: for the time in which it cannot prove to be ours. */
export async function keepsPlace({ pid }: Instance, { leases, clock }: PlaceMeans): Promise<boolean> {
  const lease = await leases.read(KEY)
  const instance = lease && instanceOf(lease)
  return lease !== undefined && instance?.pid === pid && isAlive(pid) && isCertain(lease, instance, clock)
}

function isCertain({ expiresAt }: Lease, instance: Instance, clock: PlaceMeans['clock']): boolean {
  return expiresAt > clock.now() && !isYounger(instance)
}

/**
 * `self` listens on its port already, since it must not take a place that it cannot fill, or gets to listen there from the process
 * with the number `from`, which hands its place over and keeps it should we fail.
 */
export async function takePlace(means: PlaceMeans, self: Instance, from?: number): Promise<Taken> {
  const taken = await leaseOfPlace(means, self, from)
  return taken.kind === 'held' ? taken : { kind: 'taken', place: heldPlace(means, self, taken.lease) }
}

type LeaseTaken = Exclude<Taken, { readonly kind: 'taken' }> | { readonly kind: 'taken'; readonly lease: Lease }

async function leaseOfPlace(means: PlaceMeans, self: Instance, from?: number): Promise<LeaseTaken> {
  const { leases } = means
  const isOther = ({ pid }: Instance): boolean => pid !== self.pid && pid !== from
  const wish = { holder: `gateway ${self.pid} ${self.startedAt}`, ttlMs: TTL_MS, note: JSON.stringify(self) }
  const current = await currentInstance(means)
  // Who was on our port is not there now, since we are; what answers there is us.
  if (current && isOther(current) && current.port !== self.port) return { kind: 'held', by: current }
  let answer = await leases.acquire(KEY, wish)
  if (answer.kind === 'held') {
    const by = await currentInstance(means)
    // Where a stranger has its number, what answers on our port is us again.
    const isStranger = by && by.port === self.port && isYounger(by)
    if (by && isOther(by) && !isStranger) return { kind: 'held', by }
    // Its process is gone and could not say goodbye: the place is taken over, if nobody else was quicker.
    answer = await leases.acquire(KEY, { ...wish, evenIfFence: answer.lease.fence })
    if (answer.kind === 'held') return { kind: 'held', by: instanceOf(answer.lease) ?? self }
  }
  return { kind: 'taken', lease: answer.lease }
}

function heldPlace(means: PlaceMeans, self: Instance, first: Lease): Place {
  const { leases } = means
  let lease = first
  let isLost = false
  let hasLeft = false
  let tell = (): void => undefined
  const keep = async (): Promise<boolean> => {
    if (await leases.renew(lease, TTL_MS)) return true
    const taken = await leaseOfPlace(means, self)
    if (taken.kind === 'held') return false
    lease = taken.lease
    if (hasLeft) await leases.release(lease)
    return true
  }
  const renewal = setInterval(() => {
    keep().then(
      (ours) => {
        isLost = !ours
        if (isLost && !hasLeft) tell()
      },
      () => undefined, // state.db cannot be written just now; the place is ours until another takes it
    )
  }, TTL_MS / 3)
  renewal.unref()
  return {
    keep,
    onLost(listener) {
      tell = listener
      if (isLost) listener()
    },
    async leave() {
      hasLeft = true
      clearInterval(renewal)
      await leases.release(lease).catch(() => undefined) // a place that cannot be given back ends with its time
    },
  }
}

function instanceOf(lease: Lease): Instance | undefined {
  if (lease.note === undefined) return undefined
  const read = checked(JSON.parse(lease.note), noteShape)
  return read.ok ? read.value : undefined
}

/** Where the system tells when processes began (Linux): did this one begin only after the gateway had said its number? */
function isYounger({ pid, startedAt }: Instance): boolean {
  try {
    const bootS = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
    // The 20th field is the start, in hundredths.
    const ticks = Number(statOf(pid)[19])
    return bootS * 1_000 + ticks * 10 > Date.parse(startedAt) + CLOCK_SLACK_MS
  } catch {
    return false
  }
}

/** proc(5): the fields after the name, which stands in brackets and may hold anything. Throws where the system does not tell. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** One that has ended, and that whoever started it has not asked after: in a container perhaps never. */
function isZombie(pid: number): boolean {
  try {
    return statOf(pid)[0] === 'Z'
  } catch {
    return false
  }
}

/** Signal 0 asks and does nothing. EPERM: it lives and is somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A frozen process counts: its connections wait for it. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = process.getBuiltinModule('node:net').connect(port, '127.0.0.1')
    const settle = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(CONNECT_MS)
    socket.on('connect', settle(true))
    // Its queue is full; a port where nobody listens refuses at once.
    socket.on('timeout', settle(true))
    socket.on('error', settle(false))
  })
}
