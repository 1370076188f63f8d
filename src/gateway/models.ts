/** GET /v1/models and /v1/models/{ref}: agents, aliases and models, in OpenAI's shape. */
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { ModelDefinition } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { Visit } from './services.ts'

/** What a caller may name as its model. */
export interface NamedModel {
  readonly id: string
  readonly owner: string
  /** Undefined = it is a name for one or several others. */
  readonly definition?: ModelDefinition
}

interface ModelObject {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

export function modelList({ services }: Visit): { readonly object: 'list'; readonly data: readonly ModelObject[] } {
  return { object: 'list', data: namedModels(services.setup()).map(objectOf) }
}

export function modelObject(visit: Visit): ModelObject {
  return objectOf(modelNamed(visit))
}

function objectOf({ id, owner }: NamedModel): ModelObject {
  return { id, object: 'model', created: 0, owned_by: owner }
}

export function namedModels({ settings, providers }: Setup): readonly NamedModel[] {
  const owner = 'openclaw'
  return [
    ...[...providers.values()].flatMap(({ id, models }) =>
      models.map((definition) => ({ id: `${id}/${definition.id}`, owner: id, definition })),
    ),
    ...[...settings.aliases.keys()].map((alias) => ({ id: alias, owner })),
    ...(settings.defaults.primary || settings.agents.size > 0 ? [{ id: 'openclaw', owner }] : []),
    ...[...settings.agents.keys()].map((id) => ({ id: `openclaw/${id}`, owner })),
  ]
}

/** As it stands in the path: plain, or percent-encoded as the official SDKs send it. */
export function modelNamed({ path, services }: Visit): NamedModel {
  const id = decoded(path.slice('/v1/models/'.length))
  const all = namedModels(services.setup())
  const found = all.find((model) => model.id === id)
  if (found) return found
  const meant = nearest(
    id,
    all.map((model) => model.id),
  )
  throw new OpenClawError('model-not-found', { model: id, ...(meant && { nearest: meant }) })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new OpenClawError('bad-request', { detail: 'The model in the path is not percent-encoded right.' })
  }
}
