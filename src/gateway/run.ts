/** A gateway's life: its port bound, its place taken, served until a signal, running answers let finish. */
import { OpenClawError } from '../core/errors.ts'
import type { LiveSetup } from '../setup/live.ts'
import { currentInstance, takePlace, type Instance } from '../service/instance.ts'
import type { GatewayServices } from './services.ts'
import { bindPort } from './server.ts'

export interface RunWish {
  /** Undefined = the settings'. */
  readonly port?: number
  /** Stop listening, let answers end. */
  readonly stop: AbortSignal
  /** End now. */
  readonly force: AbortSignal
}

export interface RunMeans {
  readonly setup: LiveSetup
  readonly token: string
  readonly services: GatewayServices
  readonly onListening: (gateway: { readonly url: string; readonly port: number }) => void
  readonly onDraining: (active: number) => void
}

const LONGEST_DRAIN_MS = 120_000

/** Throws `gateway-running` or `port-in-use`; resolves when the last answer has ended. */
export async function runGateway(
  wish: RunWish,
  { setup, token, services, onListening, onDraining }: RunMeans,
): Promise<void> {
  const port = wish.port ?? setup.current().settings.gateway.port
  const self = { pid: process.pid, port, startedAt: services.about.startedAt.toISOString() }
  const means = { leases: services.state.leases, clock: services.clock }
  // The port first: a place taken for nothing would be lost to the one who serves.
  const bound = await bindPort(port).catch(async (error: unknown) => {
    const other = await currentInstance(means)
    throw other && other.pid !== self.pid ? running(other) : error
  })
  const taken = await takePlace(means, self).catch((error: unknown) => {
    bound.close()
    throw error
  })
  if (taken.kind === 'held') {
    bound.close()
    throw running(taken.by)
  }
  const { place } = taken
  const gateway = bound.serve(services, token)
  onListening(gateway)
  await new Promise<void>((resolve) => {
    if (wish.stop.aborted) resolve()
    wish.stop.addEventListener('abort', () => resolve())
    // Another gateway serves this folder now: two that count apart would count wrong.
    place.onLost(() => resolve())
  })
  const active = gateway.active()
  const drained = gateway.drain(LONGEST_DRAIN_MS)
  await place.leave()
  if (active > 0) onDraining(active)
  wish.force.addEventListener('abort', () => gateway.end())
  if (wish.force.aborted) gateway.end()
  await drained
}

function running({ pid, port }: Instance): OpenClawError {
  return new OpenClawError('gateway-running', { pid, url: `http://127.0.0.1:${port}` })
}
