/** The act `config validate`: everything that is wrong or doubtful in both settings files, each with its place. */
import { merged, valueAt } from '../config/merge.ts'
import { formatPath, parsePath } from '../config/path.ts'
import type { FileValues } from '../config/problem.ts'
import { inspectSettings } from '../config/read.ts'
import { secretsIn } from '../config/secret-slots.ts'
import { soundPart } from '../config/sound-part.ts'
import { shellWord } from '../core/next-command.ts'
import { phrase } from '../core/phrase.ts'
import type { LastGood, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Setup } from '../core/setup.ts'
import { notEmptied } from '../setup/last-good.ts'
import { loadProvidersOff, type SetupSources } from '../setup/load.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { doubledKeys, positionOf } from '../stores/files/json5-position.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import { modeOpenToOthers } from '../stores/files/open-to-others.ts'
import { providersNamed } from './chain.ts'
import type { SettingsFinding, SettingsReport } from './contract.ts'
import { doubtsOf, type Doubt } from './settings-doubts.ts'

export interface CheckMeans {
  readonly sources: SetupSources
  readonly lastGood: LastGood
  /** Asked only where both files can be read. */
  readonly setup: (sources: SetupSources) => Promise<Setup>
}

/** A file as it stands, and what it says. */
interface Opened {
  readonly file: string
  readonly text: string
  readonly value: unknown
  /** It is no JSON5, so that nothing else can be said of it. */
  readonly broken?: SettingsFinding
}

export async function* checkSettings(means: CheckMeans): AsyncGenerator<never, SettingsReport> {
  const { sources } = means
  // As a gateway reads it: one that was emptied is half saved.
  const upper = await opened(notEmptied(sources.openclawJson, await means.lastGood.read()).file)
  const lower = await opened(sources.modelsJson)
  const files = [upper.file, lower.file]
  const broken = [upper, lower].flatMap((each) => each.broken ?? [])
  if (broken.length > 0) return { ok: false, files, findings: broken }
  const values: FileValues = { upper: upper.value, lower: lower.value }
  const { problems, warnings, unset } = inspectSettings(values, sources.environment)
  const at = (path: readonly string[], source: Opened = sourceOf(path, upper, lower)) => ({
    file: source.file,
    ...positionOf(source.text, path),
    path: formatPath(path),
  })
  const errors = problems.map(({ in: where, path, wrong }): SettingsFinding => ({
    level: 'error',
    ...at(path, where === 'upper' ? upper : lower),
    message: wrong,
  }))
  const doubts = [
    ...warnings.map(({ path, nearest }) => ({
      path: parsePath(path) ?? [],
      message: nearest ? phrase('unknown-setting-meant', { nearest }) : phrase('unknown-setting'),
    })),
    ...unset.map(({ path, variable }) => ({ path, message: phrase('variable-not-set', { variable }) })),
    ...(await doubtsLater(values, means)),
  ].map(({ path, message }): SettingsFinding => ({ level: 'warning', ...at(path), message }))
  const doubled = [upper, lower].flatMap(({ file, text }) =>
    doubledKeys(text).map(({ path, line, column, before }): SettingsFinding => {
      const message = phrase('key-twice', { line: before.line })
      return { level: 'warning', file, line, column, path: formatPath(path), message }
    }),
  )
  const open = [openToOthers(upper), openToOthers(lower)].flatMap((found) => found ?? [])
  const findings = [...errors, ...doubts, ...doubled, ...open]
  return { ok: errors.length === 0, files, findings: findings.toSorted(byPlace(files)) }
}

/** Of all that can be read: what is wrong in one place hides nothing of the others. */
async function doubtsLater(files: FileValues, { sources, setup }: CheckMeans): Promise<readonly Doubt[]> {
  const sound = soundPart(files, sources.environment)
  const openclawJson = withValue(sources.openclawJson, sound.upper)
  const modelsJson = withValue(sources.modelsJson, sound.lower)
  const own = { ...sources, openclawJson, modelsJson }
  const loaded = await setup(own)
  const named = providersNamed(loaded)
  const waiting = await loadProvidersOff(own, loaded, (id) => named.has(id) && loaded.withoutKey.has(id))
  return doubtsOf(loaded, { sources: own, waiting, values: merged(files.lower ?? {}, files.upper ?? {}) })
}

function withValue(file: SettingsFile, value: unknown): SettingsFile {
  const text = value === undefined ? '' : JSON.stringify(value)
  return { ...file, read: () => Promise.resolve({ text, hash: '' }) }
}

function openToOthers({ file, value }: Opened): SettingsFinding | undefined {
  const mode = secretsIn(value).length > 0 ? modeOpenToOthers(file) : undefined
  if (mode === undefined) return undefined
  const message = phrase('mended-by', {
    what: phrase('readable-by-others', { mode }),
    command: `chmod 600 ${shellWord(file)}`,
  })
  return { level: 'warning', file, line: 1, column: 1, path: '', message }
}

async function opened(file: SettingsFile): Promise<Opened> {
  const text = await textOf(file)
  if (text === undefined) {
    const message = phrase('file-emptied')
    const broken = { level: 'error', file: file.path, line: 1, column: 1, path: '', message } as const
    return { file: file.path, text: '', value: undefined, broken }
  }
  if (text.trim() === '') return { file: file.path, text, value: undefined }
  try {
    return { file: file.path, text, value: parseJson5(text) }
  } catch (error) {
    if (!(error instanceof Json5SyntaxError)) throw error
    const { line, column, met, expected } = error
    const message = phrase('met-instead', { met, expected })
    return {
      file: file.path,
      text,
      value: undefined,
      broken: { level: 'error', file: file.path, line, column, path: '', message },
    }
  }
}

/** Undefined = it was emptied. */
async function textOf(file: SettingsFile): Promise<string | undefined> {
  try {
    return (await file.read())?.text ?? ''
  } catch (error) {
    if (error instanceof OpenClawError && error.code === 'config-emptied') return undefined
    throw error
  }
}

/** What stands in openclaw.json counts; what only models.json holds stands there. */
function sourceOf(path: readonly string[], upper: Opened, lower: Opened): Opened {
  return valueAt(upper.value, path) === undefined && valueAt(lower.value, path) !== undefined ? lower : upper
}

function byPlace(files: readonly string[]) {
  return (a: SettingsFinding, b: SettingsFinding): number =>
    files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column
}
