/** An error on its way to a caller, before it has a format. */

export interface ErrorReply {
  /** HTTP's; in a stream that has begun, what it would have been. */
  readonly status: number
  /** English. */
  readonly message: string
  /** OpenAI's words where it has one (`context_length_exceeded`), else ours with underscores. */
  readonly code: string
  /** The field of the request that is to blame. */
  readonly param?: string
  readonly requestId?: string
}
