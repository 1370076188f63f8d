/** The refusals of the chat endpoint, in the words of the real one. */
import { randomUUID } from 'node:crypto'
import { Refusal } from './exchange.ts'

export function badToken(message: string): Refusal {
  return refusal(401, { code: 'invalid_api_key', message, type: 'invalid_request_error' })
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

export function daySpent(): Refusal {
  const message = 'Free allocated quota exceeded.'
  return refusal(429, { code: 'insufficient_quota', message, type: 'insufficient_quota' })
}

/** The account behind a key owes money. */
export function notPaid(): Refusal {
  const message = 'Access denied, please make sure your account is in good standing.'
  return refusal(400, { code: 'Arrearage', message, type: 'Arrearage' })
}

/** The five hours of a plan are used up. */
export function windowSpent(): Refusal {
  return refusal(429, { code: 'throttling', message: 'hour allocated quota exceeded', type: 'throttling' })
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

function refusal(status: number, { code, message, type }: Words): Refusal {
  return new Refusal(status, { error: { code, message, param: null, type }, request_id: randomUUID() })
}
