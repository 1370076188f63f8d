/** The act `gateway status`: whether one runs for this state folder, and how it is. */
import type { Clock, HttpClient, Leases, Notes } from '../core/ports.ts'
import type { GatewaySettings } from '../core/settings.ts'
import type { StatePaths } from '../core/setup.ts'
import type { Language } from '../core/text.ts'
import type { Health } from '../service/gateway-client.ts'
import { currentInstance, type Instance } from '../service/instance.ts'
import { leavingNow } from '../service/leaving.ts'
import type { GatewayStatus } from './contract.ts'

export interface GatewayMeans {
  readonly leases: Leases
  readonly notes: Notes
  readonly clock: Clock
  /** Loaded when there is a gateway to ask. */
  readonly http: () => Promise<HttpClient>
  readonly paths: StatePaths
  readonly environment: NodeJS.ProcessEnv
  readonly launcher: string
  readonly settings: () => Promise<GatewaySettings>
  /** As they were when a gateway served by them last. */
  readonly lastGoodSettings: () => Promise<GatewaySettings | undefined>
}

/** Problems are told in this language. */
export async function* gatewayStatus(
  means: GatewayMeans,
  language: Language = 'en',
): AsyncGenerator<never, GatewayStatus> {
  const stateFolder = means.paths.folder
  const [instance, leaving] = await Promise.all([currentInstance(means), leavingNow(means)])
  const health = instance && (await healthOf(instance, means, language))
  if (!instance || !health) return { running: false, stateFolder, leaving }
  const { pid, version, startedAt, streams, problems, network } = health
  const told = { pid, version, startedAt, streams, problems, ...(network && { network }) }
  return { running: true, url: urlOf(instance), ...told, stateFolder, leaving }
}

/** Undefined = what stands at its place does not answer as ours does. */
export async function healthOf(
  instance: Instance,
  means: GatewayMeans,
  language: Language = 'en',
): Promise<Health | undefined> {
  // Loaded when there is a gateway to ask.
  const [{ askHealth }, { readSecret }] = await Promise.all([
    import('../service/gateway-client.ts'),
    import('../stores/files/secret-file.ts'),
  ])
  const token = await readSecret(means.paths.gatewayToken)
  const health =
    token === undefined ? undefined : await askHealth(await means.http(), instance.port, { token, language })
  return health && health.pid === instance.pid ? health : undefined
}

export function urlOf({ port }: Instance): string {
  return `http://127.0.0.1:${port}`
}
