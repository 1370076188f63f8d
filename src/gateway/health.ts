/** GET /health: that the gateway lives; for those who show the token, all that a person may want to know. */
import type { GatewayServices } from './services.ts'

export function health({ about, clock, problems, state }: GatewayServices, streams: number): object {
  const now = clock.now()
  const found = problems()
  const stateWritable = state.view.writable()
  return {
    status: found.length > 0 || !stateWritable ? 'degraded' : 'ok',
    version: about.version,
    pid: process.pid,
    stateFolder: about.stateFolder,
    startedAt: about.startedAt.toISOString(),
    uptimeS: Math.round((now.getTime() - about.startedAt.getTime()) / 1_000),
    streams,
    stateWritable,
    problems: found,
  }
}
