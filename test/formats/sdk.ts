/** An official SDK, as the walk drives it: what is wished of a model, and what was heard of it, in no format's words. */

export interface Wish {
  readonly model: string
  readonly text: string
  readonly stream: boolean
  readonly system?: string
  readonly developer?: string
  /** A `data:` address. */
  readonly image?: string
  readonly tools?: readonly string[]
  readonly choice?: 'none' | 'required' | { readonly name: string }
  /** At most one tool at once. */
  readonly single?: true
  /** The answer shall be an object with a `city`. */
  readonly shaped?: true
  readonly stop?: string
  readonly maxTokens?: number
  readonly thinks?: true
  /** What was answered before, and what its tools gave back. */
  readonly before?: { readonly heard: Heard; readonly results: readonly Result[] }
  readonly signal?: AbortSignal
  /** Told of each piece of a stream. */
  readonly onPiece?: () => void
}

export interface Result {
  readonly id: string
  readonly text: string
  readonly image?: string
}

export interface Heard {
  readonly text: string
  readonly refusal: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[]
  readonly finish: string
  readonly usage: Usage
  /** Of the HTTP answer. */
  readonly headers: Headers
  /** Events of a stream that carried something. */
  readonly pieces: number
  /** The SDK's own value, as it goes back in the next turn. */
  readonly turn: unknown
}

export interface Usage {
  /** Those from the cache included. */
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cached: number | undefined
  readonly reasoning: number | undefined
}

/** The SDK's own classes, so far as callers tell errors apart by them. */
export type ErrorKind = 'bad-request' | 'authentication' | 'not-found' | 'rate-limit' | 'server' | 'api'

export interface SdkError {
  readonly kind: ErrorKind
  readonly status: number | undefined
  readonly message: string
  readonly requestId: string | null | undefined
  readonly retryAfter: string | null | undefined
}

export interface Sdk {
  readonly id: SdkId
  ask(wish: Wish): Promise<Heard>
  /** Undefined = no error of the SDK's API. */
  errorOf(reason: unknown): SdkError | undefined
}

export const SDK_IDS = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const
export type SdkId = (typeof SDK_IDS)[number]

export const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const

/** The SDK's `fetch`, and the head of the last answer that it brought. */
export function listening(): { readonly fetch: typeof fetch; readonly headers: () => Headers } {
  let last = new Headers()
  return {
    async fetch(...request) {
      const response = await fetch(...request)
      last = response.headers
      return response
    },
    headers: () => last,
  }
}

export function bytesOf(dataUrl: string): { readonly type: string; readonly data: string } {
  const [, type = '', data = ''] = /^data:([^;]+);base64,(.*)$/.exec(dataUrl) ?? []
  return { type, data }
}

/** What most SDKs' errors have. */
interface Classes {
  readonly APIError: new (...parts: never[]) => {
    readonly status: number | undefined
    readonly message: string
    readonly requestID?: string | null | undefined
    readonly headers: Headers | undefined
  }
  readonly BadRequestError: unknown
  readonly AuthenticationError: unknown
  readonly NotFoundError: unknown
  readonly RateLimitError: unknown
  readonly InternalServerError: unknown
}

export function errorIn(reason: unknown, classes: Classes): SdkError | undefined {
  if (!(reason instanceof classes.APIError)) return undefined
  const { status, message, requestID, headers } = reason
  const kinds: readonly (readonly [unknown, ErrorKind])[] = [
    [classes.BadRequestError, 'bad-request'],
    [classes.AuthenticationError, 'authentication'],
    [classes.NotFoundError, 'not-found'],
    [classes.RateLimitError, 'rate-limit'],
    [classes.InternalServerError, 'server'],
  ]
  const kind = kinds.find(([known]) => reason.constructor === known)?.[1] ?? 'api'
  return { kind, status, message, requestId: requestID, retryAfter: headers?.get('retry-after') }
}
