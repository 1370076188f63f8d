/** The refusals of the chat endpoint, in the words of the real one. */
import { randomUUID } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { Refusal } from './exchange.ts'

export function badToken(message: string, status: 401 | 403 = 401): Refusal {
  return refusal(status, { code: 'invalid_api_key', message, type: 'invalid_request_error' })
}

export function modelNotFound(model: string): Refusal {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`
  return refusal(404, { code: 'model_not_found', message, type: 'invalid_request_error' })
}

export function unknownRole(role: string, position: number): Refusal {
  const message = `${role} is not one of ['system', 'assistant', 'user', 'tool', 'function'] - 'messages.['${position}].role'`
  return refusal(400, { code: null, message, type: 'invalid_request_error' })
}

export function invalidParameter(message: string): Refusal {
  return refusal(400, { code: 'invalid_parameter_error', message, type: 'invalid_request_error' })
}

/** OpenAI's words (platform.openai.com, seen 2026-11); Model Studio says the same in others. */
export function unansweredCalls(ids: readonly string[]): Refusal {
  return invalidParameter(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${ids.join(', ')}`,
  )
}

export function orphanResult(position: number): Refusal {
  return invalidParameter(
    `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'. - 'messages.[${position}]'`,
  )
}

export function foreignPicture(role: string, position: number): Refusal {
  return invalidParameter(
    `Invalid 'messages[${position}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains an image URL.`,
  )
}

/** A day that is used up; servers have said so in three ways. */
export function daySpentBy(words: 'allocated' | 'exceeded' | 'forbidden'): Refusal {
  const code = 'insufficient_quota'
  if (words === 'allocated') return refusal(429, { code, message: 'Free allocated quota exceeded.', type: code })
  if (words === 'forbidden') return refusal(403, { code, message: 'You exceeded your current quota', type: code })
  return refusal(429, { code: 'quota_exceeded', message: 'quota exceeded', type: 'quota_exceeded' })
}

/** What this server's own client would not be told. */
export function foreignClient(): Refusal {
  return invalidParameter('bad request')
}

/** The content filter has stopped the question, or a whole answer. */
export function unfit(what: 'Input' | 'Output', at: 'portal' | 'standard'): Refusal {
  const words = { code: 'data_inspection_failed', type: 'data_inspection_failed' }
  if (at === 'portal') {
    const message = `<400> InternalError.Algo.DataInspectionFailed: ${what} text data may contain inappropriate content.`
    return refusal(400, { ...words, message })
  }
  const link = 'https://help.aliyun.com/zh/model-studio/error-code#inappropriate-content'
  const message = `${what} data may contain inappropriate content. For details, see: ${link}`
  return refusal(400, { ...words, message }, {}, 'with id')
}

export function tooLong(limit: number): Refusal {
  return invalidParameter(`Range of input length should be [1, ${limit}]`)
}

/** The same as OpenAI's servers say it. */
export function contextExceeded(limit: number, tokens: number): Refusal {
  const message = `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`
  return refusal(400, { code: 'context_length_exceeded', message, type: 'invalid_request_error' })
}

export function notInPlan(model: string): Refusal {
  return invalidParameter(`model '${model}' is not supported.`)
}

export function notBought(): Refusal {
  const message = 'Access to model denied. Please make sure you are eligible for using the model.'
  return refusal(403, { code: 'AccessDenied.Unpurchased', message, type: 'AccessDenied.Unpurchased' })
}

export function serviceFailed(what: 'service' | 'model'): Refusal {
  if (what === 'model') {
    const message = 'Model is unavailable, please try again later.'
    return refusal(503, { code: 'ModelUnavailable', message, type: 'ModelUnavailable' })
  }
  const message = 'An internal error has occured, please try again later or contact service support.'
  return refusal(500, { code: 'internal_error', message, type: 'internal_error' })
}

/** The account behind a key owes money. */
export function notPaid(): Refusal {
  const message = 'Access denied, please make sure your account is in good standing.'
  return refusal(400, { code: 'Arrearage', message, type: 'Arrearage' })
}

/** Words alone, with nothing beside the status that tells what they mean. */
export function plainRefusal(status: number, message: string): Refusal {
  return refusal(status, { code: null, message, type: 'invalid_request_error' })
}

interface Words {
  readonly code: string | null
  readonly message: string
  readonly type: string
}

/** `with id`: some answers carry the request's number a second time. */
export function refusal(
  status: number,
  { code, message, type }: Words,
  headers: OutgoingHttpHeaders = {},
  more: 'plain' | 'with id' = 'plain',
): Refusal {
  const request_id = randomUUID()
  const id = more === 'with id' ? { id: `chatcmpl-${request_id}` } : {}
  return new Refusal(status, { error: { code, message, param: null, type }, request_id, ...id }, headers)
}
