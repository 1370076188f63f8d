/** An error as callers of this dialect know it, so that an official SDK raises its own class for it. */
export interface ErrorReply {
  readonly message: string
  readonly type: string
  readonly code: string
  /** The field of the request that is to blame. */
  readonly param?: string
}

/** The body of an answer with an error status. */
export function errorBody({ message, type, code, param }: ErrorReply): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code } })
}

/** The last event of a stream that has begun. It must follow a whole event, and no `[DONE]` may come after it. */
export function errorFrame(reply: ErrorReply): string {
  return `data: ${errorBody(reply)}\n\n`
}
