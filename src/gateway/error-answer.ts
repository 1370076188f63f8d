/** An error in the caller's dialect: English, with a code, a request id and, where waiting helps, Retry-After. */
import type { ServerResponse } from 'node:http'
import type { OpenClawError } from '../core/errors.ts'
import type { CallerDialectId } from '../dialects/caller-request.ts'
import { callerDialect } from '../dialects/formats.ts'
import { endAfterRequest } from './last-answer.ts'

/** Codes that differ from our own: whose credential was refused must not be guessed. */
const CODES: Readonly<Record<string, string>> = {
  unauthorized: 'invalid_gateway_token',
  'agent-not-found': 'model_not_found',
  'wrong-address': 'provider_auth',
  'oauth-failed': 'provider_auth',
  'token-refresh-failed': 'provider_auth',
  'plan-retired': 'provider_auth',
}
/** What decided, where this dialect has a word of its own for it, by which programs act. */
const CODES_BY_REASON: Readonly<Record<string, string>> = {
  'context-too-long': 'context_length_exceeded',
  'window-too-small': 'context_length_exceeded',
  filtered: 'content_filter',
}

export interface ErrorAnswer {
  readonly error: OpenClawError
  /** The caller's. */
  readonly dialect: CallerDialectId
  /** Where it is not the error's own. */
  readonly status?: number
  /** The failure or rejection that decided. */
  readonly reason?: string
  readonly requestId: string
  readonly param?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly now: Date
}

/** The field of the request that an error of ours is about. */
const PARAMS: Readonly<Record<string, string>> = { 'previous-response-not-found': 'previous_response_id' }

/** Official SDKs wait no longer by themselves, but ask again sooner than they were told. */
const LONGEST_SDK_WAIT_MS = 60_000

export function answerError(response: ServerResponse, answer: ErrorAnswer): void {
  if (response.headersSent) return void response.destroy()
  const { error, status = error.status, requestId, now } = answer
  const { params } = error
  const { requestIdHeader } = callerDialect(answer.dialect)
  const retryMs = error.retryAt ? error.retryAt.getTime() - now.getTime() : undefined
  const body = Buffer.from(bodyOf(answer))
  // Official SDKs ask this before they try again: a person must act first, or the wait is too long for them.
  const isFruitless = retryMs === undefined ? status >= 500 : retryMs > LONGEST_SDK_WAIT_MS
  if (status === 413) response.setHeader('connection', 'close')
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'x-request-id': requestId,
    ...(requestIdHeader !== undefined && { [requestIdHeader]: requestId }),
    ...(retryMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryMs / 1_000))) }),
    ...(isFruitless && { 'x-should-retry': 'false' }),
    ...('allowed' in params && { allow: params.allowed }),
    ...answer.headers,
  })
  endAfterRequest(response, body)
}

function bodyOf({ error, dialect, status = error.status, reason = '', param, requestId }: ErrorAnswer): string {
  const { headline, run, params } = error
  const about = param ?? PARAMS[error.code] ?? ('param' in params ? params.param : undefined)
  const message = [headline ? `${headline}. ${error.message}` : error.message, run && `Run: ${run}`]
    .filter(Boolean)
    .join(' ')
  return callerDialect(dialect).errorBody({
    status,
    message,
    code: CODES_BY_REASON[reason] ?? CODES[error.code] ?? error.code.replaceAll('-', '_'),
    ...(about !== undefined && { param: about }),
    requestId,
  })
}
