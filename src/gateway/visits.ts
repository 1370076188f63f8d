/** A request on its way through the gateway: the entrance, then its route; what is thrown becomes an error answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import { stderr } from '../system/outlets.ts'
import type { Caller } from '../core/scope.ts'
import type { Entrance } from './entrance.ts'
import { answerError } from './error-answer.ts'
import { answer, dialectAt } from './routes.ts'
import type { GatewayServices, Visit } from './services.ts'

type Pass = (request: IncomingMessage, response: ServerResponse) => void

export interface Visits {
  readonly take: (request: IncomingMessage, response: ServerResponse) => void
  /** Another one than we give: it counts as one under way. */
  readonly pass: (request: IncomingMessage, response: ServerResponse, on: Pass) => void
  /** Answers under way. */
  readonly open: ReadonlyMap<ServerResponse, Caller | undefined>
  /** Cuts what is answered to somebody whose token counts no longer. */
  readonly recheck: () => void
  /** Resolves when all that was begun for them is done. */
  readonly settled: () => Promise<void>
}

export function visits(door: Entrance, services: GatewayServices, prove: Visit['prove']): Visits {
  const open = new Map<ServerResponse, Caller | undefined>()
  const running = new Set<Promise<void>>()
  const watch = revocations(door)

  /** Who comes in the wrong way, or in no clear one, has no more to say on this connection. */
  const checked = (request: IncomingMessage, response: ServerResponse): string => {
    try {
      return door.checkSite(request)
    } catch (error) {
      response.setHeader('connection', 'close')
      throw error
    }
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = services.random.uuid()
    try {
      const path = checked(request, response)
      const caller = await door.callerOf(request)
      if (caller && open.has(response)) open.set(response, caller)
      if (caller) watch(caller, response)
      await answer({ request, response, requestId, path, caller, prove, services, others: open.size - 1 })
    } catch (error) {
      const now = services.clock.now()
      const known = knownError(error, `${now.toISOString()} ${requestId}`)
      answerError(response, { error: known, dialect: dialectAt(request), requestId, now })
    }
  }

  const hold = (response: ServerResponse): void => {
    open.set(response, undefined)
    response.on('close', () => open.delete(response))
  }
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    hold(response)
    const work = respond(request, response).finally(() => running.delete(work))
    running.add(work)
  }

  return {
    open,
    pass(request, response, on) {
      try {
        door.checkSite(request)
      } catch {
        return take(request, response) // which says why it may not come in
      }
      hold(response)
      on(request, response)
    },
    take,
    recheck() {
      for (const [response, caller] of open) if (caller && !door.stillHolds(caller)) response.destroy()
    },
    async settled() {
      await Promise.all(running)
    },
  }
}

const LOOK_MS = 250

/** An answer under way is cut when the token that asked for it is taken back. Looked at only while there is one. */
function revocations(door: Entrance): (caller: Caller, response: ServerResponse) => void {
  const watched = new Map<ServerResponse, Caller>()
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    for (const [response, caller] of watched) if (!door.stillHolds(caller)) response.destroy()
  }
  return (caller, response) => {
    if (caller.kind === 'owner') return
    watched.set(response, caller)
    timer ??= setInterval(look, LOOK_MS).unref()
    response.on('close', () => {
      watched.delete(response)
      if (watched.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
  }
}

/** What nobody foresaw is told to the log alone. */
function knownError(error: unknown, mark: string): OpenClawError {
  if (error instanceof OpenClawError) return error
  stderr.write(`${mark} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return new OpenClawError('internal', { detail: 'Something went wrong inside the gateway.' }, { cause: error })
}
