/** Settings out of JSON5 texts, as the tests of this room write them. */
import type { Settings } from '../core/settings.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { readSettings, type ReadSettings } from './read.ts'

interface Files {
  /** openclaw.json */
  readonly upper?: string
  /** models.json */
  readonly lower?: string
  readonly environment?: Readonly<Record<string, string>>
}

export function read({ upper, lower, environment = {} }: Files): ReadSettings {
  const valueOf = (text: string | undefined): unknown => (text === undefined ? undefined : parseJson5(text))
  return readSettings({ upper: valueOf(upper), lower: valueOf(lower) }, environment)
}

export function settingsFrom(files: Files): Settings {
  const found = read(files)
  if (found.kind === 'invalid') throw new Error(`${found.path.join('.')}: ${String(found.wrong)}`)
  return found.settings
}
