/** A remembered response, shown again or forgotten, and what was said to get it. */
import { OpenClawError } from '../core/errors.ts'
import type { KeptAnswer } from '../core/ports.ts'
import { inputItems, shownAnswer } from '../dialects/responses/remembered.ts'
import { printable } from './entrance.ts'
import { rememberedOf, turnOf } from './recall.ts'
import type { Visit } from './services.ts'

const PLACE = /^\/v1\/responses\/([^/]+)(\/input_items)?$/
const MOST_LISTED = 100
const USUALLY_LISTED = 20

/** Throws `response-not-found`. */
export async function rememberedResponse(visit: Visit): Promise<unknown> {
  const { request, path, caller, services } = visit
  const [, written = '', items] = PLACE.exec(path) ?? []
  const { method = 'GET' } = request
  if (written === '' || (items && method === 'DELETE')) {
    throw new OpenClawError('route-not-found', { route: `${method} ${printable(path)}` })
  }
  const remembered = rememberedOf(caller, services)
  const id = unescaped(written)
  if (method === 'DELETE') {
    if (!(await remembered.remove(id))) throw notFound(id)
    return { id, object: 'response', deleted: true }
  }
  const answer = await remembered.find(id)
  if (!answer) throw notFound(id)
  const query = new URL(request.url ?? '', 'http://localhost').searchParams
  if (items) return listed(answer, query)
  if (query.get('stream') === 'true') {
    throw new OpenClawError('bad-request', { detail: 'A response is streamed once, as it is made.' })
  }
  return shownAnswer(turnOf(answer).answer, included(query))
}

/** The newest come first, unless said otherwise. */
function listed(answer: KeptAnswer, query: URLSearchParams): unknown {
  const items = [...inputItems({ id: answer.id, input: turnOf(answer).input }, included(query))]
  if (query.get('order') !== 'asc') items.reverse()
  const after = query.get('after')
  const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1
  const asked = Number(query.get('limit') ?? USUALLY_LISTED)
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MOST_LISTED) : USUALLY_LISTED
  const data = items.slice(from, from + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < items.length,
  }
}

/** Clients write a list as `include[]=`, `include[0]=` or `include=`. */
function included(query: URLSearchParams): readonly string[] {
  return [...query].flatMap(([name, value]) => (/^include(?:\[\d*\])?$/.test(name) ? [value] : []))
}

function notFound(id: string): OpenClawError {
  return new OpenClawError('response-not-found', { id: JSON.stringify(printable(id)) })
}

function unescaped(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    // No escape at all: it is nobody's id.
    return written
  }
}
