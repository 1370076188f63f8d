/** Where a provider's server departs from its wire format, and what a plugin does about it: requests before they go, answers as they come. */

/** A parsed JSON object. */
export type QuirkFields = Readonly<Record<string, unknown>>

export interface Quirks {
  readonly request?: RequestQuirk
  /**
   * Of Chat Completions; made once for each answer. It gets the events of a stream in which a tool call or a finish stands, in their order,
   * or the whole answer; it returns what goes out instead, or undefined = as it came.
   */
  readonly answer?: () => AnswerQuirk
}

export type AnswerQuirk = (event: QuirkFields) => QuirkFields | undefined

export interface RequestQuirk {
  /** ASCII (`"developer"`): a body without any of them is not even parsed. */
  readonly patterns: readonly string[]
  /** It is asked of every request whose answer comes in one piece, too. */
  readonly inOnePiece?: true
  readonly change: (body: QuirkFields, about: { readonly model: { readonly id: string } }) => RequestChange | undefined
}

/** Of the body's own members; what is not named goes out byte for byte. */
export interface RequestChange {
  readonly set?: QuirkFields
  readonly drop?: readonly string[]
  /** What the caller asked for and does not get: named to it in the header `x-openclaw-dropped`. */
  readonly lost?: readonly string[]
}
