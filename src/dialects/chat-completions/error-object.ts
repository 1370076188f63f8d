/** The error in a JSON answer, in the shapes in which servers of this dialect send it. */
import { fieldsOf, type Fields } from '../fields.ts'

export interface ErrorWords {
  readonly code?: string
  readonly type?: string
  readonly message?: string
  /** An HTTP status told in the body. */
  readonly status?: number
}

/** An answer that carries one, wrapped in `error` or flat, instead of what was asked for. */
export function holdsError(json: Fields): boolean {
  if (json.error) return true
  if (Array.isArray(json.choices) || typeof json.message !== 'string') return false
  return json.code !== undefined || json.request_id !== undefined || json.status !== undefined
}

/** Undefined when the JSON says nothing of an error. */
export function errorWords(json: unknown): ErrorWords | undefined {
  const whole = fieldsOf(Array.isArray(json) ? json[0] : json)
  if (!whole) return undefined
  if (typeof whole.error === 'string')
    return words({ ...whole, message: whole.message ?? whole.error, code: whole.code ?? whole.error })
  const error = fieldsOf(whole.error)
  if (error) return words(error)
  return words({ ...whole, message: whole.message ?? whole.detail })
}

function words(error: Fields): ErrorWords | undefined {
  const code = word(error.code)
  const type = word(error.type)
  const message = word(error.message)
  const status = [error.status, error.status_code, code].map((value) => Number(word(value))).find(isErrorStatus)
  if (code === undefined && type === undefined && message === undefined) return undefined
  return {
    ...(code !== undefined && { code }),
    ...(type !== undefined && { type }),
    ...(message !== undefined && { message }),
    ...(status !== undefined && { status }),
  }
}

function isErrorStatus(number: number): boolean {
  return Number.isInteger(number) && number >= 400 && number < 600
}

function word(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
