/** GET /v1/models and /v1/models/{ref}: agents, aliases and models, in OpenAI's shape. */
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Setup } from '../core/setup.ts'

export interface ModelObject {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

export function modelObjects({ settings, providers }: Setup): readonly ModelObject[] {
  const model = (id: string, owner: string): ModelObject => ({ id, object: 'model', created: 0, owned_by: owner })
  return [
    ...[...providers.values()].flatMap((provider) =>
      provider.models.map(({ id }) => model(`${provider.id}/${id}`, provider.id)),
    ),
    ...[...settings.aliases.keys()].map((alias) => model(alias, 'openclaw')),
    ...(settings.defaults.primary || settings.agents.size > 0 ? [model('openclaw', 'openclaw')] : []),
    ...[...settings.agents.keys()].map((id) => model(`openclaw/${id}`, 'openclaw')),
  ]
}

/** `id` as it stood in the path: plain, or percent-encoded as the official SDK sends it. */
export function modelObject(encoded: string, setup: Setup): ModelObject {
  const id = decoded(encoded)
  const all = modelObjects(setup)
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
