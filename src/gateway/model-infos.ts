/** GET /v1/models and /v1/models/{ref} in the shape of the Messages format. */
import { standingOf } from '../core/catalogue.ts'
import { modelNamed, namedModels, type NamedModel } from './models.ts'
import type { Visit } from './services.ts'

interface ModelInfo {
  readonly type: 'model'
  readonly id: string
  readonly display_name: string
  readonly created_at: string
  readonly max_input_tokens: number | null
  readonly max_tokens: number | null
  readonly capabilities: null
  readonly lifecycle: 'active' | 'deprecated' | 'retired'
  readonly deprecated_at: null
  readonly retires_at: string | null
  readonly line: null
}

interface ModelPage {
  readonly data: readonly ModelInfo[]
  readonly has_more: boolean
  readonly first_id: string | null
  readonly last_id: string | null
}

/** The format says so of a day that nobody knows. */
const UNKNOWN_DAY = '1970-01-01T00:00:00Z'

/** All on one page, where the query does not ask for fewer. */
export function modelPage({ request, services }: Visit): ModelPage {
  const query = new URLSearchParams(request.url?.split('?', 2)[1] ?? '')
  const all = namedModels(services.setup())
  const place = (name: string): number => all.findIndex(({ id }) => id === query.get(name))
  const [after, before] = [place('after_id'), place('before_id')]
  const limit = /^[1-9]\d{0,3}$/.test(query.get('limit') ?? '') ? Number(query.get('limit')) : all.length
  const rest = all.slice(after + 1, before < 0 ? all.length : before)
  const shown = before < 0 ? rest.slice(0, limit) : rest.slice(-limit)
  return {
    data: shown.map((model) => infoOf(model, services.clock.now())),
    has_more: shown.length < rest.length,
    first_id: shown[0]?.id ?? null,
    last_id: shown.at(-1)?.id ?? null,
  }
}

export function modelInfo(visit: Visit): ModelInfo {
  return infoOf(modelNamed(visit), visit.services.clock.now())
}

function infoOf({ id, definition }: NamedModel, now: Date): ModelInfo {
  const { name, contextWindow, maxTokens, retirement } = definition ?? {}
  const standing = standingOf(retirement, now)
  return {
    type: 'model',
    id,
    display_name: name ?? id,
    created_at: UNKNOWN_DAY,
    max_input_tokens: contextWindow ?? null,
    max_tokens: maxTokens ?? null,
    capabilities: null,
    lifecycle: standing === 'retired' ? 'retired' : standing === 'retiring' ? 'deprecated' : 'active',
    deprecated_at: null,
    retires_at: retirement ? new Date(retirement.on).toISOString() : null,
    line: null,
  }
}
