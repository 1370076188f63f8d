/** Acts on the settings files. */
import type { Said } from '../../core/phrase.ts'
import type { SettingsWarning } from '../../core/settings.ts'

/** Something wrong (`error`: the file is not used) or doubtful in a settings file. */
export interface SettingsFinding {
  readonly level: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column: number
  /** A settings path; empty = the file as a whole. */
  readonly path: string
  readonly message: Said
}

export interface SettingsReport {
  /** No error among the findings. */
  readonly ok: boolean
  readonly files: readonly string[]
  /** In the order of the files. */
  readonly findings: readonly SettingsFinding[]
}

/** What `config import` took over; paths are settings paths. */
export interface SettingsImported {
  readonly source: string
  readonly dryRun: boolean
  readonly taken: readonly string[]
  readonly left: readonly { readonly path: string; readonly reason: Said }[]
}

export interface ConfigChanged {
  readonly path: string
  readonly changed: boolean
  readonly file: string
  /** Where the text that was there before is kept, since it was not ours. */
  readonly backup?: string
  /** Another program saved the file at the same moment. */
  readonly contested?: true
  /** What was set counts for nothing. */
  readonly warning?: SettingsWarning
}
