/** The act `config validate`: everything that is wrong or doubtful in both settings files, each with its place. */
import { valueAt } from '../config/merge.ts'
import { formatPath, parsePath } from '../config/path.ts'
import type { FileValues } from '../config/problem.ts'
import { inspectSettings } from '../config/read.ts'
import { resolveName } from '../config/resolve.ts'
import type { SettingsFile } from '../core/edit.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Setup } from '../core/setup.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { doubledKeys, positionOf } from '../stores/files/json5-position.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import type { SettingsFinding, SettingsReport } from './contract.ts'

export interface CheckMeans {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Asked only where both files can be read. */
  readonly setup: () => Promise<Setup>
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
  const upper = await opened(means.openclawJson)
  const lower = await opened(means.modelsJson)
  const files = [upper.file, lower.file]
  const broken = [upper, lower].flatMap((each) => each.broken ?? [])
  if (broken.length > 0) return { ok: false, files, findings: broken }
  const values: FileValues = { upper: upper.value, lower: lower.value }
  const { problems, warnings, unset } = inspectSettings(values, means.environment)
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
    ...(problems.length > 0 ? [] : unknownNames(await means.setup())),
  ].map(({ path, message }): SettingsFinding => ({ level: 'warning', ...at(path), message }))
  const doubled = [upper, lower].flatMap(({ file, text }) =>
    doubledKeys(text).map(({ path, line, column, before }): SettingsFinding => {
      const message = phrase('key-twice', { line: before.line })
      return { level: 'warning', file, line, column, path: formatPath(path), message }
    }),
  )
  return { ok: errors.length === 0, files, findings: [...errors, ...doubts, ...doubled].toSorted(byPlace(files)) }
}

async function opened(file: SettingsFile): Promise<Opened> {
  const text = (await file.read())?.text ?? ''
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

/** What stands in openclaw.json counts; what only models.json holds stands there. */
function sourceOf(path: readonly string[], upper: Opened, lower: Opened): Opened {
  return valueAt(upper.value, path) === undefined && valueAt(lower.value, path) !== undefined ? lower : upper
}

interface Doubt {
  readonly path: readonly string[]
  readonly message: Said
}

/** Models and aliases that nobody offers, or not yet: their requests would fail. */
function unknownNames({ settings, providers, switchedOff, withoutKey, values }: Setup): readonly Doubt[] {
  const named: (readonly [readonly string[], unknown])[] = [
    ...modelNames(['agents', 'defaults', 'model'], values),
    ...modelNames(['agents', 'defaults', 'imageModel'], values),
    ...listAt(['agents', 'list'], values).flatMap((_, at) =>
      modelNames(['agents', 'list', String(at), 'model'], values),
    ),
    ...[...settings.aliases].map(([alias, ref]) => [['models', 'aliases', alias], ref] as const),
  ]
  return named.flatMap(([path, name]) => {
    if (typeof name !== 'string') return []
    const found = resolveName(name, settings, providers)
    if (found.kind === 'ok') return []
    if (found.kind === 'unknown-model') {
      const { model, nearest } = found
      return [{ path, message: nearest ? phrase('no-model-meant', { model, nearest }) : phrase('no-model', { model }) }]
    }
    const { provider } = found
    if (withoutKey.has(provider)) return [{ path, message: phrase('provider-without-key', { provider }) }]
    const plugin = switchedOff.get(provider)
    return [
      { path, message: plugin ? phrase('provider-off', { provider, plugin }) : phrase('no-provider', { provider }) },
    ]
  })
}

function modelNames(path: readonly string[], values: unknown): readonly (readonly [readonly string[], unknown])[] {
  const model = valueAt(values, path)
  if (typeof model === 'string') return [[path, model]]
  return [
    [[...path, 'primary'], valueAt(model, ['primary'])],
    ...listAt([...path, 'fallbacks'], values).map((ref, at) => [[...path, 'fallbacks', String(at)], ref] as const),
  ]
}

function listAt(path: readonly string[], values: unknown): readonly unknown[] {
  const found = valueAt(values, path)
  return Array.isArray(found) ? found : []
}

function byPlace(files: readonly string[]) {
  return (a: SettingsFinding, b: SettingsFinding): number =>
    files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column
}
