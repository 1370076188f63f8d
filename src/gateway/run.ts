/** A gateway's life: its port bound, its place taken, served until a signal, running answers let finish. */
import { networkInterfaces } from 'node:os'
import { OpenClawError } from '../core/errors.ts'
import type { LiveSetup } from '../setup/live.ts'
import { currentInstance, takePlace, type Instance } from '../service/instance.ts'
import type { LiveToken } from '../service/live-token.ts'
import { tellLeaving } from '../service/leaving.ts'
import type { Predecessor } from '../service/handed-sockets.ts'
import { beyondLoopback } from '../service/listening.ts'
import type { Succession, SuccessionOrder } from '../service/succession.ts'
import { startSuccessor } from '../service/successor.ts'
import { readCertificate } from './certificate.ts'
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
  /** `outside` = the address for other machines, where there is one. */
  readonly onListening: (gateway: { readonly url: string; readonly port: number; readonly outside?: string }) => void
  readonly onDraining: (active: number) => void
}

const LONGEST_DRAIN_MS = 120_000

/**
 * Throws `gateway-running`, `port-in-use`, or what keeps it from listening where it should (`bind-unprotected`,
 * `bind-elsewhere`, `tls-unusable`); resolves when the last answer has ended.
 */
export async function runGateway(wish: RunWish, runMeans: RunMeans): Promise<void> {
  const { setup, token, services, log, onListening, onDraining } = runMeans
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
  const bound = await bindOrInherit({ port, ...(outside && { outside }) }, wish.predecessor).catch(
    async (error: unknown) => {
      const other = await currentInstance(means)
      throw other && other.pid !== self.pid ? running(other) : error
    },
  )
  const taken = await takePlace(means, self, wish.predecessor && process.ppid).catch((error: unknown) => {
    bound.close()
    throw error
  })
  if (taken.kind === 'held') {
    bound.close()
    throw running(taken.by)
  }
  const { place } = taken
  let successor: Promise<Succession> | undefined
  let hasSuccessor = false
  let end = (): void => undefined
  const gateway: Gateway = bound.serve(
    {
      ...services,
      /** Two who order one at the same time get the same. */
      async succeed(order) {
        successor ??= succession(order, { setup, outside, gateway, log })
        const became = await successor
        if (became.kind !== 'serves') successor = undefined
        hasSuccessor = became.kind === 'serves'
        if (hasSuccessor) end()
        return became
      },
    },
    token.current,
  )
  token.onChange(() => gateway.recheck())
  wish.predecessor?.serving()
  const address = outside && addressFor(outside, port)
  onListening({ ...gateway, ...(address && { outside: address }) })
  await new Promise<void>((resolve) => {
    end = resolve
    if (wish.stop.aborted || hasSuccessor) resolve()
    wish.stop.addEventListener('abort', () => resolve())
    // Another gateway serves this folder now: two that count apart would count wrong.
    place.onLost(() => resolve())
  })
  const active = gateway.active()
  const drained = hasSuccessor ? gateway.handOver(LONGEST_DRAIN_MS) : gateway.drain(LONGEST_DRAIN_MS)
  await place.leave()
  if (active > 0) onDraining(active)
  wish.force.addEventListener('abort', () => gateway.end())
  if (wish.force.aborted) gateway.end()
  const told = active > 0 ? await tellLeaving(() => gateway.active(), means) : undefined
  await drained
  await told?.end()
}

/** Should the one before us have gone meanwhile, its port is free. */
async function bindOrInherit(wish: BindWish, predecessor: Predecessor | undefined): Promise<BoundPort> {
  if (!predecessor) return bindPort(wish)
  return bindPort({ ...wish, predecessor }).catch(() => bindPort(wish))
}

async function succession(
  order: SuccessionOrder,
  {
    setup,
    outside,
    gateway,
    log,
  }: Pick<RunMeans, 'setup' | 'log'> & { readonly outside: Outside | undefined; readonly gateway: Gateway },
): Promise<Succession> {
  const next = beyondLoopback(setup.current().settings.gateway, order.bind)
  if (next?.address !== outside?.address) return { kind: 'elsewhere' }
  return startSuccessor(order, { port: gateway.port, servers: gateway.listeners, log })
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
