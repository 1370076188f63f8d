/** The error in a JSON answer, in the shapes in which servers of this dialect send it. */
import { fieldsOf, parsedJson, type Fields } from './fields.ts'

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
  const whole = wholeOf(json)
  if (!whole) return undefined
  if (typeof whole.error === 'string')
    return words({ ...whole, message: whole.message ?? whole.error, code: whole.code ?? whole.error })
  const error = fieldsOf(whole.error)
  if (error) return words(error)
  return words({ ...whole, message: whole.message ?? whole.detail })
}

/** Headers told in the body, by lower-case name: of an error that came too late for headers, or of another server's. */
export function toldHeaders(json: unknown): Readonly<Record<string, string>> {
  const told = fieldsOf(fieldsOf(fieldsOf(wholeOf(json)?.error)?.metadata)?.headers) ?? {}
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) => {
      const text = word(value)
      return text === undefined ? [] : [[name.toLowerCase(), text]]
    }),
  )
}

function wholeOf(json: unknown): Fields | undefined {
  return fieldsOf(Array.isArray(json) ? json[0] : json)
}

function words(error: Fields): ErrorWords | undefined {
  const metadata = fieldsOf(error.metadata)
  const code = word(error.code)
  const type = word(error.type) ?? word(metadata?.error_type)
  const message = word(metadata && passedOn(metadata.raw)) ?? word(error.message)
  const status = [error.status, error.status_code, code].map((value) => Number(word(value))).find(isErrorStatus)
  if (code === undefined && type === undefined && message === undefined) return undefined
  return {
    ...(code !== undefined && { code }),
    ...(type !== undefined && { type }),
    ...(message !== undefined && { message }),
    ...(status !== undefined && { status }),
  }
}

/** What another server had said, in its own words: a server between says little more than that there was an error. */
function passedOn(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined
  const json = parsedJson(raw)
  if (json === undefined) return raw
  return errorWords(withoutRaw(json))?.message
}

/** One level is enough for anybody: no body may take us down its depth. */
function withoutRaw(json: unknown): unknown {
  const whole = wholeOf(json)
  const error = fieldsOf(whole?.error)
  return error ? { ...whole, error: { ...error, metadata: undefined } } : whole
}

function isErrorStatus(number: number): boolean {
  return Number.isInteger(number) && number >= 400 && number < 600
}

function word(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
