/** An error as callers of this format know it, so that an official SDK raises its own class for it. */
import type { ErrorReply } from '../error-reply.ts'

/** The body of an answer with an error status. */
export function errorBody(reply: ErrorReply): string {
  return JSON.stringify(errorObject(reply))
}

/** The last event of a stream that has begun; no `message_stop` may come after it. */
export function errorFrame(reply: ErrorReply): string {
  return `event: error\ndata: ${errorBody(reply)}\n\n`
}

function errorObject({ status, message, code, param, requestId }: ErrorReply): object {
  return {
    type: 'error',
    error: {
      type: typeOf(status),
      message: code === 'context_length_exceeded' ? `${TOO_LONG}: ${message}` : message,
      details: { error_code: code, ...(param !== undefined && { param }) },
    },
    ...(requestId !== undefined && { request_id: requestId }),
  }
}

/** Programs know these words and shorten the conversation; the format has no code for it. */
const TOO_LONG = 'prompt is too long'

// platform.claude.com/docs/en/api/errors, as the SDK of 2026-11 knows them.
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function typeOf(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}
