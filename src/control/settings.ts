/** Acts on settings: get, set, unset by path; secrets are neither shown nor taken from a command line. */
import { isPlain, valueAt } from '../config/merge.ts'
import { formatPath, parsePath } from '../config/path.ts'
import { holdsPassword, withPasswordHidden } from '../config/proxy.ts'
import { readSettings } from '../config/read.ts'
import { isSecretKey } from '../core/secret-names.ts'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import type { Edit, JsonValue, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { defaultProfile } from '../core/ref.ts'
import type { Settings, SettingsWarning } from '../core/settings.ts'
import type { LoadedSettings } from '../setup/load.ts'
import type { ConfigChanged } from './contract.ts'

export interface SettingsMeans {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Both files merged, variables not put in. */
  readonly merged: () => Promise<Pick<LoadedSettings, 'values' | 'upper' | 'lower' | 'settings'>>
}

const HIDDEN = '[hidden]'

export async function* getSetting(path: string | undefined, means: SettingsMeans): AsyncGenerator<never, unknown> {
  const { values, settings } = await means.merged()
  const keys = path === undefined ? [] : keysOf(path)
  const value = valueAt(values, keys) ?? usual(path, settings)
  if (value === undefined) {
    const siblings = valueAt(values, keys.slice(0, -1))
    const meant = isPlain(siblings) ? nearest(keys.at(-1) ?? '', Object.keys(siblings)) : undefined
    throw new OpenClawError('config-path-unset', {
      path: path ?? '',
      ...(meant && { nearest: [...keys.slice(0, -1), meant].join('.') }),
    })
  }
  return withoutSecrets(value, keys)
}

/** What counts where nothing is set, of those settings that are one value. */
function usual(path: string | undefined, { gateway, limits, rotate }: Settings): unknown {
  const known = new Map<string, unknown>([
    ...(['port', 'bind', 'hedge', 'hedgeAfterMs', 'filterFallback'] as const).map(
      (name) => [`gateway.${name}`, gateway[name]] as const,
    ),
    ...Object.entries(limits).map(([name, ms]) => [`models.limits.${name}`, ms] as const),
    ['auth.rotate', rotate],
  ])
  return known.get(path ?? '')
}

/** What a person typed for a place in the settings. */
export interface SettingWish {
  readonly path: string
  readonly value: string
  /** It is meant letter by letter, whatever it looks like. */
  readonly isText: boolean
}

/** A value is JSON5 where it parses as such, else a text; one that begins like JSON5 and is none was mistyped. */
export async function* setSetting(
  { path, value, isText }: SettingWish,
  means: SettingsMeans,
): AsyncGenerator<never, ConfigChanged> {
  const keys = keysOf(path)
  // It would be a key that no reader of the file sees.
  if (keys.includes('__proto__')) throw new OpenClawError('config-path-invalid', { path })
  const parsed = isText ? value : valueFrom(value, path)
  refuseSecrets(parsed, keys, path)
  return changed(path, [{ kind: 'set', path: keys, value: parsed }], means)
}

export async function* unsetSetting(path: string, means: SettingsMeans): AsyncGenerator<never, ConfigChanged> {
  const keys = keysOf(path)
  const { upper, lower } = await means.merged()
  if (valueAt(upper, keys) === undefined) {
    if (valueAt(lower, keys) === undefined) throw new OpenClawError('config-path-unset', { path })
    throw await keptElsewhere(path, keys, means.modelsJson)
  }
  return changed(path, [{ kind: 'unset', path: keys }], means)
}

/** A change that would make the settings unreadable is refused before anything is written. */
async function changed(path: string, edits: readonly Edit[], means: SettingsMeans): Promise<ConfigChanged> {
  const { lower } = await means.merged()
  let warning: SettingsWarning | undefined
  const outcome = await means.openclawJson.edit(({ text }) => {
    const upper = parseJson5(applyEdits(text, edits))
    const read = readSettings({ upper, lower }, means.environment)
    if (read.kind === 'invalid') {
      throw new OpenClawError('config-value-refused', { path: formatPath(read.path), wrong: read.wrong })
    }
    warning = read.warnings.find((found) => found.path.startsWith(path) || path.startsWith(found.path))
    return edits
  })
  const { backup, contested } = outcome
  return {
    path,
    changed: outcome.changed,
    file: means.openclawJson.path,
    ...(backup !== undefined && { backup }),
    ...(contested && { contested }),
    ...(warning && { warning }),
  }
}

/** A login is taken back by its own command; what a person wrote there, by the editor at its line. */
export async function keptElsewhere(
  path: string,
  keys: readonly string[],
  modelsJson: SettingsFile,
): Promise<OpenClawError> {
  const { positionOf } = await import('../stores/files/json5-position.ts')
  const { line } = positionOf((await modelsJson.read())?.text ?? '', keys)
  const profile = loginAt(keys)
  return new OpenClawError('config-kept-elsewhere', { path, file: modelsJson.path, line, ...(profile && { profile }) })
}

/** Of the login that a path is part of. */
function loginAt([first, second, id = '', key]: readonly string[]): string | undefined {
  if (first === 'auth' && second === 'profiles' && id !== '') return id
  const isLogin = first === 'models' && second === 'providers' && isSecretKey(key)
  return isLogin ? defaultProfile(id) : undefined
}

function keysOf(path: string): readonly string[] {
  const keys = parsePath(path)
  if (!keys) throw new OpenClawError('config-path-invalid', { path })
  return keys
}

function valueFrom(text: string, path: string): JsonValue {
  if (text.trim() === '') return text
  try {
    return parseJson5(text) as JsonValue
  } catch (error) {
    if (error instanceof Json5SyntaxError && /^\s*[{["']/.test(text)) {
      const { line, column, met, expected } = error
      throw new OpenClawError('config-value-broken', { path, line, column, met, expected }, { cause: error })
    }
    // Not JSON5: a bare word, a ref, an address. It is meant as text.
    return text
  }
}

function refuseSecrets(value: JsonValue, keys: readonly string[], path: string): void {
  const key = keys.at(-1)
  const isSecret = (text: string): boolean =>
    isSecretKey(key) ? !/^\$\{[A-Z_][A-Z0-9_]*\}$/.test(text) : key === 'proxy' && holdsPassword(text)
  if (typeof value === 'string' && isSecret(value)) {
    const provider = keys.at(-2) ?? 'your'
    const variable = `${provider}_${key}`
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .toUpperCase()
    throw new OpenClawError('config-secret-argument', { path, variable })
  }
  if (Array.isArray(value))
    for (const [at, item] of value.entries()) refuseSecrets(item as JsonValue, [...keys, String(at)], path)
  else if (isPlain(value))
    for (const [name, item] of Object.entries(value)) refuseSecrets(item, [...keys, name], [...keys, name].join('.'))
}

/** `${VAR}` names a secret and is none. Variables for other programs (`env`) and headers are secrets whatever they are called. */
function withoutSecrets(value: unknown, path: readonly string[]): unknown {
  if (typeof value === 'string') {
    const isSecret = isSecretKey(path.at(-1)) || path[0] === 'env' || path.at(-2) === 'headers'
    if (isSecret && !/^\$\{[A-Z_][A-Z0-9_]*\}$/.test(value)) return HIDDEN
    return withPasswordHidden(value, HIDDEN)
  }
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, path))
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSecrets(item, [...path, name])]))
}
