/**
 * The refusals of the Responses API, in its own words.
 * Shapes: platform.openai.com/docs/guides/error-codes (2026-11), and `openai` 7.57.0.
 */
import { randomUUID } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { Refusal } from '../exchange.ts'
import type { Refusals } from '../format.ts'

interface Words {
  readonly code?: string
  readonly param?: string
  readonly type?: string
}

export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}

export function refused(
  status: number,
  message: string,
  words: Words = {},
  headers: OutgoingHttpHeaders = {},
): Refusal {
  const { code = null, param = null, type = status >= 500 ? 'server_error' : 'invalid_request_error' } = words
  return new Refusal(status, { error: { message, type, param, code } }, { 'x-request-id': newRequestId(), ...headers })
}

export function missing(param: string): Refusal {
  return refused(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' })
}

/** Of another type than it should be. */
export function mistyped(param: string, expected: string): Refusal {
  return refused(400, `Invalid type for '${param}': expected ${expected}.`, { param, code: 'invalid_type' })
}

export function badValue(param: string, value: string, supported: readonly string[]): Refusal {
  const words = supported.map((one) => `'${one}'`).join(', ')
  return refused(400, `Invalid value: '${value}'. Supported values are: ${words}.`, { param, code: 'invalid_value' })
}

export function unknownParameter(param: string): Refusal {
  return refused(400, `Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' })
}

export const responsesRefusals: Refusals = {
  badToken: ({ badTokenMessage }) => refused(401, badTokenMessage, { code: 'invalid_api_key' }),
  unfit: () =>
    refused(400, 'Invalid prompt: your prompt was flagged as potentially violating our usage policy.', {
      code: 'invalid_prompt',
    }),
  tooLong: () =>
    refused(400, 'Your input exceeds the context window of this model. Please adjust your input and try again.', {
      code: 'context_length_exceeded',
      param: 'input',
    }),
  notBought: () => refused(403, 'You do not have access to this model.', { code: 'model_not_found' }),
  inTrouble: (what) =>
    what === 'service'
      ? refused(500, 'The server had an error while processing your request. Sorry about that!')
      : refused(503, 'The engine is currently overloaded, please try again later'),
}
