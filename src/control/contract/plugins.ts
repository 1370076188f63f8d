/** Acts on plugins. */
import type { OpenClawError } from '../../core/errors.ts'
import type { Said } from '../../core/phrase.ts'
import type { LocalizedText } from '../../core/text.ts'

export interface PluginRow {
  readonly id: string
  readonly label: LocalizedText
  readonly version: string
  /** `waits-for-key`: on as soon as there is one. `refused`: it is switched on, and may not be loaded. */
  readonly state: 'on' | 'off' | 'waits-for-key' | 'refused' | 'broken'
  readonly providers: readonly string[]
  /** `outside` = from a folder of `plugins.load.paths`. */
  readonly origin: 'bundled' | 'outside'
  readonly folder: string
  readonly problem?: Said | OpenClawError
}

/** All that is known of a plugin without running it. */
export interface PluginInfo extends PluginRow {
  /** Refs. */
  readonly models: readonly string[]
  /** Alias -> ref: what a login adds. */
  readonly aliases: Readonly<Record<string, string>>
  /** Of an outside plugin, as they are now. */
  readonly files?: readonly { readonly path: string; readonly bytes: number }[]
  readonly sha256?: string
  /** What the files were when they were enabled. */
  readonly enabledSha256?: string
}

export interface PluginsChecked {
  /** How many plugins were looked at. */
  readonly checked: number
  readonly findings: readonly PluginFinding[]
}

export interface PluginFinding {
  /** A plugin's id, a folder or a settings path. */
  readonly subject: string
  readonly problem: Said | OpenClawError
  /** The command that mends it. */
  readonly run?: string
}

export interface PluginSwitched {
  readonly plugin: string
  readonly state: 'on' | 'off'
  /** False = it was so already. */
  readonly changed: boolean
  readonly gatewayRunning: boolean
  /** Of the outside plugin's files, which are trusted from now on. */
  readonly sha256?: string
}
