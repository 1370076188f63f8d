/** An error as callers of this dialect know it. */
import { typeOf } from '../chat-completions/errors.ts'
import type { ErrorReply } from '../error-reply.ts'

export { errorBody } from '../chat-completions/errors.ts'

/** The last frames of a relayed stream, whose own id and count nobody has read. */
export function errorFrame(reply: ErrorReply): string {
  const { code, message } = responseError(reply)
  const id = `resp_oc${reply.requestId?.replaceAll('-', '') ?? ''}failed`
  const error = { code, message }
  const response = {
    id,
    object: 'response',
    status: 'failed',
    error,
    incomplete_details: null,
    output: [],
    usage: null,
  }
  return failureFrames(reply, 0, JSON.stringify(response))
}

/**
 * An `error` event, its fields flat and nested: at it the official SDK raises its API error and stops reading (seen with
 * openai 7.57). Then a `response.failed`, which is the documented end of a response, for programs that wait for one.
 */
export function failureFrames(reply: ErrorReply, sequence: number, response: string): string {
  const { message, code, param = null } = reply
  const error = { type: typeOf(reply.status), code, message, param }
  const event = { type: 'error', code, message, param, sequence_number: sequence, error }
  return (
    `event: error\ndata: ${JSON.stringify(event)}\n\n` +
    `event: response.failed\ndata: {"type":"response.failed","response":${response},"sequence_number":${sequence + 1}}\n\n`
  )
}

/** The words by which programs decide whether to ask again; any other stands in the `error` event alone. */
const CODES: ReadonlySet<string> = new Set(['context_length_exceeded', 'rate_limit_exceeded', 'insufficient_quota'])

/** What stands in a response that failed. */
export function responseError({ code, message }: ErrorReply): { readonly code: string; readonly message: string } {
  return { code: CODES.has(code) ? code : 'server_error', message }
}
