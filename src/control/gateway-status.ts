/** The act `gateway status`: whether one runs for this state folder, and how it is. */
import type { Clock, HttpClient, Leases, Notes } from '../core/ports.ts'
import type { GatewaySettings } from '../core/settings.ts'
import type { StatePaths } from '../core/setup.ts'
import type { Language } from '../core/text.ts'
import type { Health } from '../service/gateway-client.ts'
import { currentInstance, isAlive, type Instance } from '../service/instance.ts'
import { leavingNow } from '../service/leaving.ts'
import type { GatewayStatus } from './contract.ts'
import { toldProblem } from './told-problem.ts'

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

/** What a running gateway is asked with how it is. */
export type AskMeans = Pick<GatewayMeans, 'leases' | 'clock' | 'http' | 'paths'>

/** Problems are told in this language. */
export async function* gatewayStatus(
  means: GatewayMeans,
  language: Language = 'en',
): AsyncGenerator<never, GatewayStatus> {
  const stateFolder = means.paths.folder
  const [instance, leaving] = await Promise.all([currentInstance(means), leavingNow(means)])
  const health = instance && (await healthOf(instance, means, language))
  if (!instance) return { running: false, stateFolder, leaving }
  if (!health) return unproven(instance, { means, language, leaving })
  const { pid, version, startedAt, streams, problems, network } = health
  const told = { pid, version, startedAt, streams, problems, ...(network && { network }) }
  return { running: true, url: urlOf(instance), ...told, stateFolder, leaving }
}

/** Where the file of its token is in a bad way, it cannot prove to be ours, and serves all the same. */
async function unproven(
  instance: Instance,
  { means, language, leaving }: Pick<GatewayStatus, 'leaving'> & { means: GatewayMeans; language: Language },
): Promise<GatewayStatus> {
  const [{ tokenProblem }, { loadWords }] = await Promise.all([
    import('../service/owner-token.ts'),
    import('../texts/index.ts'),
  ])
  const { folder: stateFolder, gatewayToken } = means.paths
  const problem = await tokenProblem(gatewayToken)
  if (!problem) return { running: false, stateFolder, leaving }
  const { pid, startedAt } = instance
  const problems = [toldProblem(problem, await loadWords(language))]
  return { running: true, url: urlOf(instance), pid, startedAt, problems, stateFolder, leaving }
}

/** While one hands over to another, both answer at its port; a token that was just replaced is not known there yet. */
const UNSETTLED_MS = 1_000
const POLL_MS = 25

/** Undefined = what stands at its place does not answer as ours does, or another of ours answers there for good. */
export async function healthOf(
  instance: Instance,
  means: AskMeans,
  language: Language = 'en',
): Promise<Health | undefined> {
  // Loaded when there is a gateway to ask.
  const [{ askHealth }, { readSecret, secretWrittenAt }] = await Promise.all([
    import('../service/gateway-client.ts'),
    import('../stores/files/secret-file.ts'),
  ])
  const { clock, paths } = means
  const http = await means.http()
  const isNew = (writtenAt: Date | undefined): boolean =>
    writtenAt !== undefined && clock.now().getTime() - writtenAt.getTime() < UNSETTLED_MS
  const start = clock.monotonicMs()
  for (;;) {
    const token = await readSecret(paths.gatewayToken)
    if (token === undefined) return undefined
    const health = await askHealth(http, instance.port, { token, language })
    if (health?.pid === instance.pid) return health
    const maySettle = health !== undefined || isNew(await secretWrittenAt(paths.gatewayToken))
    if (!maySettle || clock.monotonicMs() - start > UNSETTLED_MS || !isAlive(instance.pid)) return undefined
    await clock.sleep(POLL_MS)
  }
}

export function urlOf({ port }: Instance): string {
  return `http://127.0.0.1:${port}`
}
