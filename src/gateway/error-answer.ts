/** An error in the caller's dialect: English, with a code, a request id and, where waiting helps, Retry-After. */
import type { ServerResponse } from 'node:http'
import type { OpenClawError } from '../core/errors.ts'
import { errorBody } from '../dialects/chat-completions/error-reply.ts'

/** Codes that differ from our own: whose credential was refused must not be guessed. */
const CODES: Readonly<Record<string, string>> = {
  unauthorized: 'invalid_gateway_token',
  'oauth-failed': 'provider_auth',
  'token-refresh-failed': 'provider_auth',
  'needs-login': 'provider_auth',
  'plan-retired': 'provider_auth',
}

export interface ErrorAnswer {
  readonly error: OpenClawError
  readonly requestId: string
  readonly param?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly now: Date
}

export function answerError(response: ServerResponse, { error, requestId, param, headers, now }: ErrorAnswer): void {
  if (response.headersSent) return void response.destroy()
  const { status, headline, run } = error
  const message = [headline ? `${headline}. ${error.message}` : error.message, run && `Run: ${run}`]
    .filter(Boolean)
    .join(' ')
  const retryMs = error.retryAt ? error.retryAt.getTime() - now.getTime() : undefined
  const body = Buffer.from(
    errorBody({
      message,
      type: typeOf(status),
      code: CODES[error.code] ?? error.code.replaceAll('-', '_'),
      ...(param && { param }),
    }),
  )
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'x-request-id': requestId,
    ...(retryMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryMs / 1_000))) }),
    // Official SDKs ask this before they try again: a person must act first.
    ...(retryMs === undefined && status >= 500 && { 'x-should-retry': 'false' }),
    ...(status === 413 && { connection: 'close' }),
    ...headers,
  })
  response.end(body)
}

function typeOf(status: number): string {
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
