/** Runs an outside plugin whose files were checked: its providers, guarded, or the error that says why not. */
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { reasonOf, SaidError } from '../core/said-error.ts'
import { importChecked } from './checked-modules.ts'
import { guarded } from './guarded.ts'
import { providersOf } from './load.ts'
import { MANIFEST_NAME, manifestFrom } from './manifests.ts'
import type { PluginFiles } from './plugin-files.ts'

const LIMIT_MS = 5_000

export interface OutsidePlugin {
  readonly id: string
  readonly folder: string
  readonly files: PluginFiles
  /** False while the person is only about to switch it on. */
  readonly isOn: boolean
}

/** The manifest counts as it stands among the checked bytes. Throws `plugin-broken`. */
export async function loadOutsidePlugin(
  { id, folder, files, isOn }: OutsidePlugin,
  limitMs = LIMIT_MS,
): Promise<readonly ProviderDefinition[]> {
  try {
    const { bytes, sha256 } = files
    const found = manifestFrom(folder, bytes.get(MANIFEST_NAME)?.toString('utf8') ?? '')
    if (found.kind === 'broken') throw new SaidError(found.problem)
    const { manifest } = found
    const entry = [`${manifest.entry}.js`, `${manifest.entry}.mjs`].find((name) => bytes.has(name))
    if (entry === undefined) throw new SaidError(phrase('entry-missing', { entry: manifest.entry }))
    const module = await withinLimit(importChecked({ id, sha256, bytes, entry }), limitMs)
    return providersOf(module, manifest).map(guarded)
  } catch (error) {
    throw new OpenClawError('plugin-broken', { plugin: id, detail: reasonOf(error), isOff: !isOn }, { cause: error })
  }
}

/** A module may wait for something that never comes. */
async function withinLimit<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    const seconds = limitMs / 1_000
    timer = setTimeout(() => fail(new SaidError(phrase('module-too-late', { seconds }))), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
