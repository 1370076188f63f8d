/** The process that takes this one's place: started here, given what we listen on, and serving before we stop. */
import type { Server } from 'node:net'
import { startInBackground } from './background.ts'
import { handOver } from './handed-sockets.ts'
import type { Succession, SuccessionOrder } from './succession.ts'

const LONGEST_START_MS = 15_000

interface SuccessorMeans {
  readonly port: number
  readonly servers: readonly Server[]
  readonly log: string
  /** We are told to end meanwhile: then nobody shall serve. */
  readonly stop: AbortSignal
}

/** Resolves once it serves beside us, or has failed to; then it is gone. */
export async function startSuccessor(
  { launcher, node, folder, language, environment, bind }: SuccessionOrder,
  { port, servers, log, stop }: SuccessorMeans,
): Promise<Succession> {
  const words = ['gateway', 'run', '--port', String(port), '--lang', language, '--successor']
  const started = startInBackground({
    launcher,
    node,
    arguments: bind === undefined ? words : [...words, '--bind', bind],
    environment,
    folder,
    log,
    withChannel: true,
  })
  const giveUp = (): void => void started.process.kill('SIGKILL')
  if (stop.aborted) giveUp()
  stop.addEventListener('abort', giveUp)
  let patience: NodeJS.Timeout | undefined
  const became = await Promise.race([
    handOver(servers, started.process).then(() => 'serves' as const),
    started.ended,
    new Promise<'late'>((resolve) => (patience = setTimeout(() => resolve('late'), LONGEST_START_MS))),
  ])
  clearTimeout(patience)
  stop.removeEventListener('abort', giveUp)
  if (became === 'late') giveUp()
  started.letGo()
  if (became === 'serves') return { kind: 'serves', pid: started.pid }
  const detail = await started.lastError()
  const exitCode = became === 'late' ? undefined : (became ?? undefined)
  return { kind: 'failed', ...(detail !== undefined && { detail }), ...(exitCode !== undefined && { exitCode }) }
}
