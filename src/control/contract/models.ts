/** Acts on models: which there are, and which is chosen. */
import type { HiddenBy } from '../../config/hidden-default.ts'
import type { ModelRetirement, ModelStanding, Price } from '../../core/catalogue.ts'
import type { RejectionReason } from '../../core/decision.ts'
import type { FailureKind } from '../../core/failure.ts'

/** Why a request for it would come to nothing. */
export type NotReady = RejectionReason['kind'] | 'switched-off' | 'not-chosen'

/** After a failure: what it was, and until when (ISO 8601, UTC). */
export interface RestTold {
  readonly cause: FailureKind
  readonly until: string
}

export interface ModelRow {
  readonly ref: string
  readonly name?: string
  readonly input?: readonly string[]
  readonly contextWindow?: number
  readonly maxTokens?: number
  readonly price?: Price
  readonly retirement?: ModelRetirementRow
  /** Where the figures come from. */
  readonly source?: { readonly name: string; readonly date: string }
  /** A request for it would be sent now, were it the only model. */
  readonly available: boolean
  /** Why not, in the word of a rejection: `no-login`, `switched-off`, `resting`. */
  readonly unready?: NotReady
  /** While others can be asked it is not. */
  readonly rests?: RestTold
  /** `default`, `fallback#1`, `image`, `img-fallback#1`, `alias:qwen`, `missing`, `retired`, `retiring`, `found:ollama`. */
  readonly tags: readonly string[]
}

/** `replacement` is a ref. */
export interface ModelRetirementRow extends Omit<ModelRetirement, 'note'> {
  readonly standing: ModelStanding
  /** In the reader's language. */
  readonly note?: string
}

/** `models list --json`; its JSON Schema is schemas/models-list.schema.json. */
export interface ModelList {
  readonly schema: 1
  readonly models: readonly ModelRow[]
}

/** `models show --json`; its JSON Schema is schemas/models-show.schema.json. */
export interface ModelShown extends ModelRow {
  readonly schema: 1
  readonly provider: {
    readonly id: string
    readonly label: string
    readonly baseUrl: string | null
    /** It can be asked: switched on, or its key is there. */
    readonly on: boolean
    readonly priceNote?: string
  }
}

/** A model that the settings name, and what stands against it. */
export interface ChainLink {
  /** `default`, `fallback#1`, `image`, `img-fallback#1`, `agent:<id>`. */
  readonly use: string
  /** As written: a ref or an alias. */
  readonly name: string
  readonly ref: string
  /** `unlisted`: its provider's list does not have it, but takes other ids too. */
  readonly state: 'ok' | 'unlisted' | 'unknown-model' | 'unknown-provider' | 'switched-off' | 'no-key'
  /** Of one that is `ok`: a request would pass it by, although the settings are right. */
  readonly unready?: NotReady
  readonly rests?: RestTold
  readonly retirement?: ModelRetirementRow
}

export interface ModelSet {
  readonly ref: string
  readonly retirement?: ModelRetirementRow
  readonly changed: boolean
  readonly file: string
  /** `openclaw` still means another model. */
  readonly hiddenBy?: HiddenBy
  /** It stands among the fallbacks too, where it is not asked again. */
  readonly isFallback?: true
}

export interface ImageModelSet {
  /** What counts now; null = no model for pictures. */
  readonly ref: string | null
  readonly changed: boolean
  readonly file: string
}
