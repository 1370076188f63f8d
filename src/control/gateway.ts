/** Acts on the gateway's process: start, stop, restart; without systemd, by lease, signal and health. */
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import type { GatewaySettings } from '../core/settings.ts'
import type { Language } from '../core/text.ts'
import { startInBackground } from '../service/background.ts'
import { isTaken } from '../service/free-port.ts'
import type { Health } from '../service/gateway-client.ts'
import { currentInstance, isAlive, keepsPlace, type Instance } from '../service/instance.ts'
import { leavingNow } from '../service/leaving.ts'
import { beyondLoopback } from '../service/listening.ts'
import { demandStrong, tokenProblem } from '../service/owner-token.ts'
import type { SuccessionOrder } from '../service/succession.ts'
import { readSecret } from '../stores/files/secret-file.ts'
import { asOpenClawError } from './known-errors.ts'
import type { GatewayEvent, GatewayStatus, GatewayStopped } from './contract.ts'
import { gatewayStatus, healthOf, urlOf, type GatewayMeans } from './gateway-status.ts'

/** What is not said is the settings'. */
export interface GatewayWish {
  readonly port?: number
  readonly bind?: string
  /** What its log is written in. */
  readonly language: Language
}

const START_MS = 15_000
const POLL_MS = 25
const LATE = phrase('no-answer-within', { seconds: START_MS / 1_000 })

export async function* startGatewayProcess(
  wish: GatewayWish,
  means: GatewayMeans,
): AsyncGenerator<GatewayEvent, GatewayStatus> {
  const running = await currentInstance(means)
  if (running) throw new OpenClawError('gateway-running', { pid: running.pid, url: urlOf(running) })
  const settings = yield* mayRunSomehow(wish, means)
  return yield* started({ ...wish, port: wish.port ?? settings.port }, means)
}

export async function* stopGatewayProcess(means: GatewayMeans): AsyncGenerator<GatewayEvent, GatewayStopped> {
  const running = await currentInstance(means)
  if (!running) throw new OpenClawError('gateway-not-running', {})
  return yield* stopped(running, means)
}

/**
 * A stopped gateway is started. A running one starts the new one and hands over what it listens on, so that nobody is refused, and
 * its answers end. Where the new one shall listen elsewhere, the running one stops listening first.
 */
export async function* restartGatewayProcess(
  wish: GatewayWish,
  means: GatewayMeans,
): AsyncGenerator<GatewayEvent, GatewayStatus> {
  const running = await currentInstance(means)
  const bind = wish.bind ?? running?.bind
  const kept = { ...wish, ...(bind !== undefined && { bind }) }
  if (!running) return yield* startGatewayProcess(kept, means)
  // What would keep the new one from starting is told before the old one is stopped.
  const settings = await mayRun(kept, means)
  const port = wish.port ?? running.port
  if (port === running.port) {
    const handed = yield* handedOver(running, { ...kept, settings }, means)
    if (handed) return handed
  } else if (await isTaken(port)) throw new OpenClawError('port-in-use', { port, command: 'gateway restart' })
  yield* stopped(running, means)
  return yield* started({ ...kept, port }, means)
}

/**
 * Nobody serves now, and nobody may be there to mend the file (a machine that starts anew): what served last serves on, and the
 * trouble is told. While one runs, a restart is refused instead: nothing is lost by waiting.
 */
async function* mayRunSomehow(
  wish: Pick<GatewayWish, 'bind'>,
  means: GatewayMeans,
): AsyncGenerator<GatewayEvent, GatewaySettings> {
  try {
    return await mayRun(wish, means)
  } catch (error) {
    const problem = asOpenClawError(error)
    const settings = await means.lastGoodSettings()
    if (!settings) throw error
    // It may be the door or the token that is wrong, for which no older settings help.
    const kept = await mayRun(wish, { ...means, settings: () => Promise.resolve(settings) })
    yield { kind: 'last-good', problem }
    return kept
  }
}

/** Throws what a person must mend first: settings that cannot be read, an open door or no way to close it, a token that could be guessed. */
async function mayRun(
  { bind }: Pick<GatewayWish, 'bind'>,
  { settings, paths }: GatewayMeans,
): Promise<GatewaySettings> {
  const set = await settings()
  const beyond = beyondLoopback(set, bind)
  if (beyond?.tls) await (await import('../service/certificate.ts')).readCertificate(beyond.tls, paths.folder) // few have one
  const token = await readSecret(paths.gatewayToken)
  if (token !== undefined) demandStrong(token, paths.gatewayToken)
  return set
}

async function* started(
  { port, bind, language }: GatewayWish & { readonly port: number },
  means: GatewayMeans,
): AsyncGenerator<GatewayEvent, GatewayStatus> {
  yield { kind: 'starting', port }
  if (await isTaken(port)) throw new OpenClawError('port-in-use', { port, command: 'gateway start' })
  const child = startInBackground({
    launcher: means.launcher,
    arguments: [
      'gateway',
      'run',
      '--port',
      String(port),
      '--lang',
      language,
      ...(bind === undefined ? [] : ['--bind', bind]),
    ],
    environment: means.environment,
    log: means.paths.gatewayLog,
  })
  let code: number | null | undefined
  void child.ended.then((ended) => (code = ended))
  const start = means.clock.monotonicMs()
  while (means.clock.monotonicMs() - start < START_MS) {
    if (code !== undefined) break
    const instance = await currentInstance(means)
    if (instance?.pid === child.pid && (await healthOf(instance, means))) {
      child.letGo()
      return yield* gatewayStatus(means)
    }
    await means.clock.sleep(POLL_MS)
  }
  // Nobody should find one running of which it was said that it did not start.
  if (code === undefined) process.kill(child.pid, 'SIGTERM')
  child.letGo()
  const detail = (await child.lastError()) ?? (code === undefined ? LATE : phrase('exit-code', { code: code ?? '?' }))
  throw new OpenClawError('gateway-start-failed', { detail, log: means.paths.gatewayLog })
}

/** Undefined = the running one cannot hand over to such a one. */
async function* handedOver(
  found: Instance,
  { bind, language, settings }: GatewayWish & { readonly settings: GatewaySettings },
  means: GatewayMeans,
): AsyncGenerator<GatewayEvent, GatewayStatus | undefined> {
  yield { kind: 'starting', port: found.port }
  const address = beyondLoopback(settings, bind)?.address
  const order = {
    launcher: means.launcher,
    node: process.execPath,
    folder: process.cwd(),
    language,
    environment: Object.fromEntries(
      Object.entries(means.environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(bind !== undefined && { bind }),
    ...(address !== undefined && { address }),
  }
  const { running, health, became } = await orderedOf(found, order, means)
  if (became.kind === 'elsewhere' || became.kind === 'unknown') return undefined
  if (became.kind === 'supervised') throw new OpenClawError('gateway-supervised', { pid: running.pid })
  if (became.kind === 'failed') {
    const detail =
      became.detail ?? (became.exitCode === undefined ? LATE : phrase('exit-code', { code: became.exitCode }))
    throw new OpenClawError('gateway-start-failed', { detail, log: means.paths.gatewayLog })
  }
  const start = means.clock.monotonicMs()
  while (means.clock.monotonicMs() - start < START_MS) {
    const status = yield* gatewayStatus(means)
    // Another restart may have come after ours.
    if (status.running && status.pid !== running.pid) {
      if (health.streams > 0 && isAlive(running.pid)) {
        yield { kind: 'draining', streams: health.streams, pid: running.pid }
      }
      return status
    }
    await means.clock.sleep(POLL_MS)
  }
  throw new OpenClawError('gateway-start-failed', { detail: LATE, log: means.paths.gatewayLog })
}

const MOST_ORDERS = 5

/** A token may be replaced, and another restart be ordered, in the same moment. */
async function orderedOf(found: Instance, order: SuccessionOrder, means: GatewayMeans) {
  const { orderSuccessor } = await import('../service/gateway-client.ts')
  for (let tried = 1; ; tried += 1) {
    const { running, health } = await proven(found, means)
    const token = await readSecret(means.paths.gatewayToken)
    const became: Awaited<ReturnType<typeof orderSuccessor>> = token
      ? await orderSuccessor(order, { http: await means.http(), port: running.port, token, notes: means.notes })
      : { kind: 'refused' }
    if (became.kind !== 'refused') return { running, health, became }
    if (tried === MOST_ORDERS) throw new OpenClawError('gateway-foreign', { pid: running.pid, port: running.port })
    await means.clock.sleep(POLL_MS)
  }
}

/** Who serves now and has proved to be ours: `found`, or the one that has taken its place meanwhile. */
async function proven(
  found: Instance,
  means: GatewayMeans,
): Promise<{ readonly running: Instance; readonly health: Health }> {
  const health = await healthOf(found, means)
  if (health) return { running: found, health }
  const now = await currentInstance(means)
  if (now && now.pid !== found.pid) return proven(now, means)
  const problem = await tokenProblem(means.paths.gatewayToken)
  if (problem) throw problem
  throw new OpenClawError('gateway-foreign', { pid: found.pid, port: found.port })
}

/** Resolves when it has stopped listening; its running answers may go on. Only a process that proves to be ours is signalled. */
async function* stopped(found: Instance, means: GatewayMeans): AsyncGenerator<GatewayEvent, GatewayStopped> {
  const { running, streams } = await stoppable(found, means)
  yield { kind: 'stopping', pid: running.pid }
  process.kill(running.pid, 'SIGTERM')
  const start = means.clock.monotonicMs()
  while (isAlive(running.pid) && (await currentInstance(means))?.pid === running.pid) {
    if (means.clock.monotonicMs() - start > START_MS)
      throw new OpenClawError('gateway-foreign', { pid: running.pid, port: running.port })
    await means.clock.sleep(POLL_MS)
  }
  const draining = isAlive(running.pid) ? (streams ?? (await leftBy(running, means))) : 0
  if (draining > 0) yield { kind: 'draining', streams: draining, pid: running.pid }
  return { pid: running.pid, draining }
}

/** Where the file of the token is in a bad way nobody can prove anything: who keeps the place in state.db, which is ours, is ours. */
async function stoppable(
  found: Instance,
  means: GatewayMeans,
): Promise<{ readonly running: Instance; readonly streams?: number }> {
  try {
    const { running, health } = await proven(found, means)
    return { running, streams: health.streams }
  } catch (error) {
    const isOfToken = error instanceof OpenClawError && (error.code === 'token-weak' || error.code === 'token-missing')
    if (!isOfToken || !(await keepsPlace(found, means))) throw error
    return { running: found }
  }
}

async function leftBy({ pid }: Instance, means: GatewayMeans): Promise<number> {
  return (await leavingNow(means)).find((leaving) => leaving.pid === pid)?.streams ?? 0
}
