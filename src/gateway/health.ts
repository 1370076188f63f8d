/** GET /health: that the gateway lives; for those who show the token, all that a person may want to know. */
import type { Language } from '../core/text.ts'
import { loadWords } from '../texts/index.ts'
import { languageFrom } from '../texts/language.ts'
import type { Visit } from './services.ts'

export async function health({ request, services, others }: Visit): Promise<object> {
  const { about, clock, problems, state } = services
  const { say } = await loadWords(languageOf(request.headers['accept-language']))
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
    problems: found.map(say),
  }
}

/** The first that we speak (RFC 9110 12.5.4, whose order of preference people's programs write out anyway). */
function languageOf(accepted = ''): Language {
  return accepted.split(',').flatMap((range) => languageFrom(range.split(';')[0]) ?? [])[0] ?? 'en'
}
