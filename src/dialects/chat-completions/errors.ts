/** An error as callers of this dialect know it, so that an official SDK raises its own class for it. */
import type { ErrorReply } from '../error-reply.ts'

/** The body of an answer with an error status. */
export function errorBody({ status, message, code, param }: ErrorReply): string {
  return JSON.stringify({ error: { message, type: typeOf(status), param: param ?? null, code } })
}

/** The last event of a stream that has begun. It must follow a whole event, and no `[DONE]` may come after it. */
export function errorFrame({ message, code, param }: ErrorReply): string {
  return `data: ${JSON.stringify({ error: { message, type: 'upstream_error', param: param ?? null, code } })}\n\n`
}

export function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error'
    case 403:
      return 'permission_error'
    case 404:
      return 'not_found_error'
    case 429:
      return 'rate_limit_error'
    default:
      return status < 500 ? 'invalid_request_error' : 'server_error'
  }
}
