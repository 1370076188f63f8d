/** The act `config import`: takes over the original program's settings, adds only what is not set, and changes nothing of its. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { importedFrom } from '../config/from-original.ts'
import { valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { inspectSettings } from '../config/read.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { isOriginals } from '../setup/original.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import { withEdit } from '../stores/files/json5-value.ts'
import type { SettingsImported } from './contract.ts'

export interface ImportMeans {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface ImportWish {
  /** The original's state folder. */
  readonly from: string
  readonly dryRun: boolean
}

export async function* importSettings(
  { from, dryRun }: ImportWish,
  { openclawJson, modelsJson, environment }: ImportMeans,
): AsyncGenerator<never, SettingsImported> {
  const source = join(from, 'openclaw.json')
  if (!isOriginals(from)) throw new OpenClawError('no-original', { folder: from })
  const { upper, lower, left } = importedFrom((await valueIn(source, () => readFile(source, 'utf8'))) ?? {})
  const ours = { upper: await valueOf(openclawJson), lower: await valueOf(modelsJson) }
  const isFree = ({ path }: Edit): boolean =>
    valueAt(ours.upper, path) === undefined && valueAt(ours.lower, path) === undefined
  const [taken, keys] = [upper.filter(isFree), lower.filter(isFree)]
  // What the original let pass may be nothing that we can read: then nothing is written.
  const after = { upper: withEdits(ours.upper, taken), lower: withEdits(ours.lower, keys) }
  const [problem] = inspectSettings(after, environment).problems
  if (problem) throw new OpenClawError('config-value-refused', { path: formatPath(problem.path), wrong: problem.wrong })
  if (!dryRun) {
    // Keys first: an entry without its key would be asked, and refused.
    if (keys.length > 0) await modelsJson.edit(() => keys)
    if (taken.length > 0) await openclawJson.edit(() => taken)
  }
  const kept = [...upper, ...lower].filter((edit) => !isFree(edit))
  return {
    source,
    dryRun,
    taken: [...taken, ...keys].map(({ path }) => formatPath(path)),
    left: [...kept.map(({ path }) => ({ path: formatPath(path), reason: phrase('set-already') })), ...left],
  }
}

const withEdits = (value: unknown, edits: readonly Edit[]): unknown => edits.reduce(withEdit, value ?? {})

const valueOf = (file: SettingsFile): Promise<unknown> =>
  valueIn(file.path, async () => (await file.read())?.text ?? '')

/** Undefined = nothing is written there. */
async function valueIn(path: string, read: () => Promise<string>): Promise<unknown> {
  const text = await read()
  if (text.trim() === '') return undefined
  try {
    return parseJson5(text)
  } catch (error) {
    throw error instanceof Json5SyntaxError ? error.inFile(path) : error
  }
}
