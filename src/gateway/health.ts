/** GET /health: that the gateway lives; for those who show a token, all that a person may want to know. */
import { restKey } from '../core/failure.ts'
import { networkInWords } from '../control/network-status.ts'
import { toldProblem } from '../control/told-problem.ts'
import { loadWords } from '../texts/index.ts'
import { acceptedLanguage } from '../texts/language.ts'
import type { Visit } from './services.ts'

export async function health({ request, services, others }: Visit): Promise<object> {
  const { about, clock, network, problems, state } = services
  const words = await loadWords(acceptedLanguage(request.headers['accept-language']))
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
    streams: others,
    stateWritable,
    resting: (await state.cooldowns.list()).map(restKey),
    problems: found.map((problem) => toldProblem(problem, words)),
    network: networkInWords(network(), words.say),
  }
}
