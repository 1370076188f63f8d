/** What a caller wants of a model, in no wire format: between two formats that differ, a request passes through this. */

export interface Prompt {
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  /** May it call several tools in one turn? Undefined = the upstream's own habit. */
  readonly parallelToolCalls?: boolean
  readonly format?: OutputFormat
  /** Tokens, reasoning included where the caller's format counts it so. */
  readonly maxOutputTokens?: number
  readonly stop?: readonly string[]
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly seed?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly reasoning?: ReasoningWish
  readonly verbosity?: 'low' | 'medium' | 'high'
  /** The caller's own name for the person behind it. */
  readonly user?: string
  /** Requests that share it are likely to begin alike: a hint, lost on whoever knows none. */
  readonly cacheKey?: string
  /**
   * What the caller said and this language has no word for, as paths in its own format (`logit_bias`,
   * `tools[2].type=web_search`): left out of a translated request, and named in a header of its answer.
   */
  readonly unsaid: readonly string[]
}

export type Turn =
  | { readonly role: 'system' | 'developer'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: readonly (TextPart | ImagePart | FilePart)[] }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }
  | ToolResult

/** What a tool gave back; it stands after the assistant's turn that called it. */
export interface ToolResult {
  readonly role: 'tool'
  readonly callId: string
  readonly parts: readonly (TextPart | ImagePart | FilePart)[]
  readonly isError?: true
}

export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

/** `data:` addresses carry their bytes; others are for the upstream to fetch, never for us. */
export interface ImagePart {
  readonly kind: 'image'
  readonly url: string
  readonly detail?: string
}

export interface FilePart {
  readonly kind: 'file'
  /** A `data:` address or one that the upstream fetches. */
  readonly url: string
  readonly name?: string
}

export interface ReasoningPart {
  readonly kind: 'reasoning'
  /** May be empty: then there is only what is sealed. */
  readonly text: string
  readonly sealed?: SealedReasoning
}

/** Reasoning in a form that only its issuer can read or check. It goes back to no other account and no other model. */
export interface SealedReasoning {
  /** `signature` vouches for the text beside it; `redacted` and `encrypted` stand for text that is not shown. */
  readonly kind: 'signature' | 'redacted' | 'encrypted'
  readonly value: string
  /** The upstream's id of the item, where it has one. */
  readonly id?: string
  readonly issuer: Issuer
}

/** Whose model it was, asked through which account. */
export interface Issuer {
  readonly provider: string
  /** A mark of it, not its name: callers see it. */
  readonly profile: string
  readonly model: string
}

export interface ToolCallPart {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON as the model wrote it, which may be none. */
  readonly arguments: string
}

export interface Tool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly strict?: boolean
}

export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema'
      readonly name: string
      readonly description?: string
      readonly schema: Readonly<Record<string, unknown>>
      readonly strict?: boolean
    }

/** `off` = none at all. An effort is a word (`low`), a budget a number of tokens; a format may know only one of them. */
export type ReasoningWish =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'on'
      readonly effort?: string
      readonly budgetTokens?: number
      /** The caller wants to read it, as a whole or summed up. */
      readonly summary?: string
    }

/** Why a prompt cannot go to an upstream of another format: the field of the caller's that stands in the way. */
export interface Uncarried {
  readonly param: string
  /** English, for the caller: what cannot be carried, and to what. */
  readonly message: string
}

export function isSameIssuer(one: Issuer, other: Issuer): boolean {
  return one.provider === other.provider && one.profile === other.profile && one.model === other.model
}
