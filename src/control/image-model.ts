/** Acts on the model for pictures: set, clear. */
import { primaryEdits } from '../config/edits.ts'
import { valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { formatRef, parseRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import type { ImageModelSet } from './contract.ts'
import { knownRef } from './models.ts'
import { keptElsewhere } from './settings.ts'

const IMAGE_MODEL = ['agents', 'defaults', 'imageModel']

/** Takes a ref or an alias of a model that takes pictures. */
export async function* setImageModel(
  name: string,
  setup: Setup,
  openclawJson: SettingsFile,
): AsyncGenerator<never, ImageModelSet> {
  const ref = formatRef(knownRef(name, setup))
  refuseBlind(ref, setup)
  const { changed } = await openclawJson.edit(({ text }) =>
    primaryEdits(parseJson5(text), setup.lower, ref, 'imageModel'),
  )
  return { ref, changed, file: openclawJson.path }
}

/** Its fallbacks go with it. */
export async function* clearImageModel(
  setup: Setup,
  { openclawJson, modelsJson }: { readonly openclawJson: SettingsFile; readonly modelsJson: SettingsFile },
): AsyncGenerator<never, ImageModelSet> {
  const below = valueAt(setup.lower, IMAGE_MODEL)
  if (below !== undefined && valueAt(setup.upper, IMAGE_MODEL) === undefined) {
    throw await keptElsewhere(formatPath(IMAGE_MODEL), IMAGE_MODEL, modelsJson)
  }
  const { changed } = await openclawJson.edit(() => [{ kind: 'unset', path: IMAGE_MODEL }])
  const remains = typeof below === 'string' ? below : valueAt(below, ['primary'])
  return { ref: typeof remains === 'string' ? remains : null, changed, file: openclawJson.path }
}

/** A model that is known to take no pictures is no model for pictures. */
export function refuseBlind(ref: string, { providers }: Setup): void {
  const parsed = parseRef(ref)
  const model = parsed && providers.get(parsed.provider)?.models.find(({ id }) => id === parsed.model)
  if (model?.input && !model.input.includes('image')) throw new OpenClawError('no-vision', { model: ref })
}
