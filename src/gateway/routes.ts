/** The route table: what stands at which path, for which methods and scopes. */
import type { IncomingMessage } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import { allows, type Scope } from '../core/scope.ts'
import type { CallerDialectId } from '../dialects/caller-request.ts'
import { callerDialect } from '../dialects/formats.ts'
import { CHALLENGE_HEADER, PROOF_HEADER } from '../service/proof.ts'
import { askModel } from './ask-model.ts'
import { printable } from './entrance.ts'
import { countTokens } from './count-tokens.ts'
import { explained } from './explained.ts'
import { health } from './health.ts'
import { endAfterRequest } from './last-answer.ts'
import { modelInfo, modelPage } from './model-infos.ts'
import { modelList, modelObject } from './models.ts'
import { rememberedResponse } from './responses.ts'
import type { Visit } from './services.ts'
import { successor } from './successor.ts'

export interface Route {
  /** With a slash at its end: all below it. */
  readonly path: string
  readonly methods: readonly string[]
  /** What its caller must be allowed; `nothing` = it is open to all who come in, without a token too. */
  readonly needs: Scope | 'nothing'
  readonly answer: (visit: Visit) => Promise<void> | void
}

const READ = ['GET', 'HEAD']
/** Each call in the Messages format says it. */
const MESSAGES_VERSION = 'anthropic-version'

export const ROUTES: readonly Route[] = [
  {
    path: '/health',
    methods: READ,
    needs: 'nothing',
    answer: async (visit) => {
      prove(visit)
      json(visit, visit.caller ? await health(visit) : { status: 'ok' })
    },
  },
  { path: '/v1/chat/completions', methods: ['POST'], needs: 'invoke', answer: askModel('chat-completions') },
  { path: '/v1/embeddings', methods: ['POST'], needs: 'invoke', answer: askModel('embeddings') },
  { path: '/v1/responses', methods: ['POST'], needs: 'invoke', answer: askModel('responses') },
  {
    path: '/v1/responses/',
    methods: [...READ, 'DELETE'],
    needs: 'invoke',
    answer: async (visit) => json(visit, await rememberedResponse(visit)),
  },
  { path: '/v1/messages', methods: ['POST'], needs: 'invoke', answer: askModel('messages') },
  { path: '/v1/messages/count_tokens', methods: ['POST'], needs: 'invoke', answer: countTokens },
  {
    path: '/control/explain',
    methods: [...READ, 'POST'],
    needs: 'read',
    answer: async (visit) => json(visit, await explained(visit)),
  },
  {
    path: '/v1/models',
    methods: READ,
    needs: 'read',
    answer: (visit) => json(visit, isInMessages(visit) ? modelPage(visit) : modelList(visit)),
  },
  {
    path: '/v1/models/',
    methods: READ,
    needs: 'read',
    answer: (visit) => json(visit, isInMessages(visit) ? modelInfo(visit) : modelObject(visit)),
  },
  {
    path: '/control/successor',
    methods: ['POST'],
    needs: 'admin',
    answer: async (visit) => json(visit, await successor(visit)),
  },
]

/** In which format a path is asked, for its errors too. Two formats ask for models at one path: a header tells them apart. */
export function dialectAt({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): CallerDialectId {
  if (/^\/v1\/messages(?:[/?]|$)/.test(url)) return 'messages'
  if (/^\/v1\/models(?:[/?]|$)/.test(url) && headers[MESSAGES_VERSION] !== undefined) return 'messages'
  return url.startsWith('/v1/responses') ? 'responses' : 'chat-completions'
}

function isInMessages({ request }: Visit): boolean {
  return dialectAt(request) === 'messages'
}

export async function answer(visit: Visit): Promise<void> {
  const { path } = visit
  const route = ROUTES.find((each) => (each.path.endsWith('/') ? path.startsWith(each.path) : path === each.path))
  if (!visit.caller && route?.needs !== 'nothing') throw new OpenClawError('unauthorized', {})
  const method = visit.request.method ?? 'GET'
  if (!route) throw new OpenClawError('route-not-found', { route: `${method} ${printable(path)}` })
  if (!route.methods.includes(method)) {
    throw new OpenClawError('method-not-allowed', { method, allowed: route.methods.join(', ') })
  }
  const { needs } = route
  if (needs !== 'nothing' && visit.caller && !allows(visit.caller.scope, needs)) {
    throw new OpenClawError('scope-missing', { held: visit.caller.scope, needed: needs })
  }
  await route.answer(visit)
}

/** Before it sends us the token, our own command line asks whether we know it. */
function prove({ request, response, prove: answerTo }: Visit): void {
  const challenge = request.headers[CHALLENGE_HEADER]
  if (typeof challenge === 'string' && challenge.length <= 64) response.setHeader(PROOF_HEADER, answerTo(challenge))
}

function json({ request, response, requestId }: Visit, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  const { requestIdHeader } = callerDialect(dialectAt(request))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...(requestIdHeader !== undefined && { [requestIdHeader]: requestId }),
  })
  endAfterRequest(response, body)
}
