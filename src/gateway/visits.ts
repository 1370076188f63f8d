/** A request on its way through the gateway: the entrance, then its route; what is thrown becomes an error answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import type { Entrance } from './entrance.ts'
import { answerError } from './error-answer.ts'
import { answer } from './routes.ts'
import type { GatewayServices } from './services.ts'

export interface Visits {
  readonly take: (request: IncomingMessage, response: ServerResponse) => void
  /** Answers under way. */
  readonly open: ReadonlySet<ServerResponse>
  /** Resolves when all that was begun for them is done. */
  readonly settled: () => Promise<void>
}

export function visits(door: Entrance, services: GatewayServices): Visits {
  const open = new Set<ServerResponse>()
  const running = new Set<Promise<void>>()

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = services.random.uuid()
    try {
      const path = door.checkSite(request)
      const token = door.checkToken(request)
      await answer({ request, response, requestId, path, token, services, others: open.size - 1 })
    } catch (error) {
      const now = services.clock.now()
      answerError(response, { error: knownError(error, `${now.toISOString()} ${requestId}`), requestId, now })
    }
  }

  return {
    open,
    take(request, response) {
      open.add(response)
      response.on('close', () => open.delete(response))
      const work = respond(request, response).finally(() => running.delete(work))
      running.add(work)
    },
    async settled() {
      await Promise.all(running)
    },
  }
}

/** What nobody foresaw is told to the log alone. */
function knownError(error: unknown, mark: string): OpenClawError {
  if (error instanceof OpenClawError) return error
  process.stderr.write(`${mark} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return new OpenClawError('internal', { detail: 'Something went wrong inside the gateway.' }, { cause: error })
}
