/** A gateway's life: its port bound, its place taken, served until a signal, running answers let finish. */
import { networkInterfaces } from 'node:os'
import { OpenClawError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import { reasonOf } from '../core/said-error.ts'
import type { LiveSetup } from '../setup/live.ts'
import {
  currentInstance,
  takePlace,
  type Instance,
  type Place,
  type PlaceMeans,
  type Taken,
} from '../service/instance.ts'
import type { LiveToken } from '../service/live-token.ts'
import { tellLeaving } from '../service/leaving.ts'
import type { Predecessor } from '../service/handed-sockets.ts'
import { beyondLoopback } from '../service/listening.ts'
import type { Succession, SuccessionOrder } from '../service/succession.ts'
import { startSuccessor } from '../service/successor.ts'
import { readCertificate } from '../service/certificate.ts'
import { forgetAnswers } from './recall.ts'
import type { GatewayServices } from './services.ts'
import { bindPort, type BindWish, type BoundPort, type Gateway, type Outside } from './server.ts'

export interface RunWish {
  /** Undefined = the settings'. */
  readonly port?: number
  /** Undefined = the settings'. */
  readonly bind?: string
  /** Stop listening, let answers end. */
  readonly stop: AbortSignal
  /** End now. */
  readonly force: AbortSignal
  /** From the process whose place we take, and which started us. */
  readonly predecessor?: Predecessor
}

export interface RunMeans {
  readonly setup: LiveSetup
  readonly token: Pick<LiveToken, 'current' | 'onChange'>
  readonly services: GatewayServices
  /** Where a process that takes our place writes. */
  readonly log: string
  /** By a service manager, which knows us alone. */
  readonly isSupervised?: boolean
  /** `outside` = the address for other machines, where there is one. */
  readonly onListening: (gateway: { readonly url: string; readonly port: number; readonly outside?: string }) => void
  readonly onDraining: (active: number) => void
  readonly onSucceeded: (successor: { readonly pid: number; readonly log: string }) => void
}

const LONGEST_DRAIN_MS = 120_000
/** How long the system may take to close what a killed process had. */
const LONGEST_CLOSE_MS = 3_000
const POLL_MS = 25

/**
 * Throws `gateway-running`, `port-in-use`, or what keeps it from listening where it should (`bind-unprotected`,
 * `bind-elsewhere`, `tls-unusable`); resolves when the last answer has ended.
 */
export async function runGateway(wish: RunWish, runMeans: RunMeans): Promise<void> {
  const { setup, token, services, log, isSupervised = false, onListening, onDraining, onSucceeded } = runMeans
  const { gateway: set } = setup.current().settings
  const port = wish.port ?? set.port
  const beyond = beyondLoopback(set, wish.bind)
  const self = {
    pid: process.pid,
    port,
    startedAt: services.about.startedAt.toISOString(),
    ...(wish.bind !== undefined && { bind: wish.bind }),
  }
  const certificate = beyond?.tls && (await readCertificate(beyond.tls, services.about.stateFolder))
  const means = { leases: services.state.leases, clock: services.clock }
  // The port first: a place taken for nothing would be lost to the one who serves.
  const outside = beyond && { address: beyond.address, ...(certificate && { certificate }) }
  const binding = { port, ...(outside && { outside }) }
  const { bound, place } = wish.predecessor
    ? await inPlaceOf(wish.predecessor, { self, means, binding })
    : await inNobodysPlace({ self, means, binding })
  if (wish.stop.aborted) {
    bound.close()
    return place.leave()
  }
  let successor: Promise<Succession> | undefined
  let hasSuccessor = false
  let ordering = 0
  let end = (): void => undefined
  const gateway: Gateway = bound.serve(
    {
      ...services,
      /** Two who order one at the same time get the same. */
      async succeed(order) {
        successor ??= succession(order, { outside, gateway, log, isSupervised, stop: wish.stop }).then(
          async (became) => {
            hasSuccessor = became.kind === 'serves'
            // It may have taken the place before it failed.
            if (!hasSuccessor && !(await place.keep().catch(() => true))) end()
            if (became.kind === 'serves') onSucceeded({ pid: became.pid, log })
            else successor = undefined
            return became
          },
        )
        ordering += 1
        const became = await successor
        if (hasSuccessor) end()
        else ordering -= 1
        return became
      },
    },
    token.current,
  )
  token.onChange(() => gateway.recheck())
  wish.predecessor?.serving()
  const address = outside && addressFor(outside, port)
  const leaving = new AbortController()
  void forgetAnswers(services, leaving.signal)
  onListening({ ...gateway, ...(address && { outside: address }) })
  await new Promise<void>((resolve) => {
    end = resolve
    if (wish.stop.aborted || hasSuccessor) resolve()
    wish.stop.addEventListener('abort', () => resolve())
    // Another gateway serves this folder now: two that count apart would count wrong.
    place.onLost(() => {
      // It may be the one that we start: what becomes of it is heard of there.
      if (!successor) resolve()
    })
  })
  leaving.abort()
  // Who ordered it is answered at once.
  const active = gateway.active() - ordering
  const drained = hasSuccessor ? gateway.handOver(LONGEST_DRAIN_MS) : gateway.drain(LONGEST_DRAIN_MS)
  await place.leave()
  if (active > 0) onDraining(active)
  wish.force.addEventListener('abort', () => gateway.end())
  if (wish.force.aborted) gateway.end()
  const told = active > 0 ? await tellLeaving(() => gateway.active(), means) : undefined
  await drained
  await told?.end()
}

interface Begin {
  readonly self: Instance
  readonly means: PlaceMeans & { readonly clock: Clock }
  readonly binding: BindWish
}

interface Begun {
  readonly bound: BoundPort
  readonly place: Place
}

/** The port first: a place taken for nothing would be lost to the one who serves. */
async function inNobodysPlace({ self, means, binding }: Begin): Promise<Begun> {
  const bound = await bindPort(binding).catch(async (error: unknown) => {
    const other = await currentInstance(means)
    throw other && other.pid !== self.pid ? running(other) : error
  })
  try {
    return { bound, place: await ours(takePlace(means, self)) }
  } catch (error) {
    bound.close()
    throw error
  }
}

/** The place first: connections come to us, too, from the moment on at which we have what the older one listens on. */
async function inPlaceOf(predecessor: Predecessor, { self, means, binding }: Begin): Promise<Begun> {
  const place = await ours(takePlace(means, self, process.ppid))
  try {
    return { bound: await bindPort({ ...binding, predecessor }).catch(() => bindFreed(binding, means.clock)), place }
  } catch (error) {
    await place.leave()
    throw error
  }
}

/** The older one has gone meanwhile: its port is free, or will be as soon as the system has closed all that it had. */
async function bindFreed(binding: BindWish, clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Promise<BoundPort> {
  const start = clock.monotonicMs()
  for (;;) {
    try {
      return await bindPort(binding)
    } catch (error) {
      const mayBeFreed = error instanceof OpenClawError && error.code === 'port-in-use'
      if (!mayBeFreed || clock.monotonicMs() - start > LONGEST_CLOSE_MS) throw error
      await clock.sleep(POLL_MS)
    }
  }
}

async function ours(taking: Promise<Taken>): Promise<Place> {
  const taken = await taking
  if (taken.kind === 'held') throw running(taken.by)
  return taken.place
}

interface SuccessionMeans {
  readonly outside: Outside | undefined
  readonly gateway: Gateway
  readonly log: string
  readonly isSupervised: boolean
  readonly stop: AbortSignal
}

async function succession(
  order: SuccessionOrder,
  { outside, gateway, log, isSupervised, stop }: SuccessionMeans,
): Promise<Succession> {
  if (isSupervised) return { kind: 'supervised' }
  if (order.address !== outside?.address) return { kind: 'elsewhere' }
  return startSuccessor(order, { port: gateway.port, servers: gateway.listeners, log, stop }).catch(
    // It was not even started (no room for its log, no file left): we serve on.
    (error: unknown) => ({ kind: 'failed', detail: String(reasonOf(error)) }),
  )
}

function running({ pid, port }: Instance): OpenClawError {
  return new OpenClawError('gateway-running', { pid, url: `http://127.0.0.1:${port}` })
}

/** Undefined = behind a proxy, which has an address of its own. */
function addressFor({ address, certificate }: Outside, port: number): string | undefined {
  if (!certificate) return undefined
  const name = address === '0.0.0.0' || address === '::' ? (ownAddress() ?? address) : address
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** The first by which others on its network know this machine. */
function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
