/** The route table: what stands at which path, for which methods. */
import { OpenClawError } from '../core/errors.ts'
import { chat } from './chat.ts'
import { printable } from './entrance.ts'
import { health } from './health.ts'
import { modelObject, modelObjects } from './models.ts'
import type { Visit } from './services.ts'

export interface Route {
  /** With a slash at its end: all below it. */
  readonly path: string
  readonly methods: readonly string[]
  /** Undefined = only for those who show the token. */
  readonly isOpen?: true
  readonly answer: (visit: Visit) => Promise<void> | void
}

const READ = ['GET', 'HEAD']

export const ROUTES: readonly Route[] = [
  {
    path: '/health',
    methods: READ,
    isOpen: true,
    answer: async (visit) => json(visit, visit.token === 'shown' ? await health(visit) : { status: 'ok' }),
  },
  { path: '/v1/chat/completions', methods: ['POST'], answer: chat },
  {
    path: '/v1/models',
    methods: READ,
    answer: (visit) => json(visit, { object: 'list', data: modelObjects(visit.services.setup()) }),
  },
  {
    path: '/v1/models/',
    methods: READ,
    answer: (visit) => json(visit, modelObject(visit.path.slice('/v1/models/'.length), visit.services.setup())),
  },
]

export async function answer(visit: Visit): Promise<void> {
  const { path } = visit
  const route = ROUTES.find((each) => (each.path.endsWith('/') ? path.startsWith(each.path) : path === each.path))
  if (visit.token === 'absent' && !route?.isOpen) throw new OpenClawError('unauthorized', {})
  const method = visit.request.method ?? 'GET'
  if (!route) throw new OpenClawError('route-not-found', { route: `${method} ${printable(path)}` })
  if (!route.methods.includes(method)) {
    throw new OpenClawError('method-not-allowed', { method, allowed: route.methods.join(', ') })
  }
  await route.answer(visit)
}

function json({ response, requestId }: Visit, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'cache-control': 'no-store',
    'x-request-id': requestId,
  })
  response.end(body)
}
