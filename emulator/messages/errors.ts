/**
 * The refusals of the Messages API, in its own words.
 * Shapes: platform.claude.com/docs/en/api/errors (2026-11), and `@anthropic-ai/sdk` 1.13.0.
 */
import { randomBytes } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { Refusal } from '../exchange.ts'
import type { Refusals } from '../format.ts'
import type { LimitWords } from '../limit-words.ts'

/** By status, as the page of errors has it. */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

export function typeAt(status: number): string {
  return types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

export function newRequestId(): string {
  return `req_${randomBytes(12).toString('hex')}`
}

export function refused(status: number, message: string, headers: OutgoingHttpHeaders = {}): Refusal {
  const request_id = newRequestId()
  const body = { type: 'error', error: { type: typeAt(status), message }, request_id }
  return new Refusal(status, body, { 'request-id': request_id, ...headers })
}

/** A field that is not as it should be; its name stands before the words. */
export function invalid(where: string, message: string): Refusal {
  return refused(400, `${where}: ${message}`)
}

export function noSuchModel(model: string): Refusal {
  return refused(404, `model: ${model}`)
}

export const messagesRefusals: Refusals = {
  badToken: ({ badTokenMessage }) => refused(401, badTokenMessage),
  unfit: (what) =>
    what === 'Input'
      ? refused(400, 'Input blocked by content filtering policy')
      : refused(400, 'Output blocked by content filtering policy'),
  tooLong: (most, tokens) => refused(400, `prompt is too long: ${tokens} tokens > ${most} maximum`),
  notBought: () => refused(403, 'Your API key does not have permission to use the specified resource.'),
  inTrouble: (what) => (what === 'service' ? refused(500, 'Internal server error') : refused(529, 'Overloaded')),
}

/** platform.claude.com/docs/en/api/rate-limits (2026-11). */
export const messagesLimitWords: LimitWords = ({ limit, freeAtMs, nowMs }) => {
  const seconds = Math.max(1, Math.ceil((Math.min(freeAtMs, nowMs + 3_600_000) - nowMs) / 1_000))
  const what = limit === 'tokensPerMinute' ? 'input-tokens' : 'requests'
  const message =
    limit === 'atOnce'
      ? 'Number of concurrent connections has exceeded your rate limit. Please try again later.'
      : `This request would exceed your organization's rate limit of ${what.replace('-', ' ')} per minute. Please try again later.`
  return refused(429, message, {
    'retry-after': String(seconds),
    [`anthropic-ratelimit-${what}-remaining`]: '0',
    [`anthropic-ratelimit-${what}-reset`]: new Date(nowMs + seconds * 1_000).toISOString(),
  })
}
