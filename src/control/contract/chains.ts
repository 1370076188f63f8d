/** Acts on short names and fallbacks. */
import type { HiddenBy } from '../../config/hidden-default.ts'

export interface AliasList {
  readonly aliases: Readonly<Record<string, string>>
  /** Aliases whose model nobody offers. */
  readonly missing: readonly string[]
}

export interface AliasSet {
  readonly alias: string
  readonly ref: string
  /** What it meant before; only where that was something else. */
  readonly was?: string
  readonly changed: boolean
  readonly file: string
}

export interface AliasRemoved {
  readonly alias: string
  readonly was: string
  /** What it means now, since models.json says it too. */
  readonly remains?: string
  readonly changed: boolean
  readonly file: string
}

export interface FallbackList {
  /** Refs or aliases, as written. */
  readonly fallbacks: readonly string[]
  /** Those that nobody offers. */
  readonly missing: readonly string[]
}

export interface FallbacksSet {
  readonly fallbacks: readonly string[]
  readonly changed: boolean
  readonly file: string
  /** The default agent's own list stands before this one. */
  readonly hiddenBy?: HiddenBy
}
