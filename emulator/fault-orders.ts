/** Reads an order for a fault, as it comes in from a test. */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Fault, Headers } from './faults.ts'
import {
  BadField,
  isFields,
  onlyKnown,
  optionalBoolean,
  optionalChoice,
  optionalInteger,
  optionalString,
  requiredInteger,
  requiredString,
} from './fields.ts'
import type { Fields } from './fields.ts'

/** Reads the fields of one kind, after it has said which ones the kind knows. */
type Reader = (order: Fields, known: (...names: string[]) => void) => Fault

const readers: { readonly [Kind in Fault['kind']]: Reader } = {
  status: (order, known) => {
    known('status', 'body', 'headers')
    return { kind: 'status', status: statusOf(order), body: order['body'], headers: headersOf(order) }
  },
  json: (order, known) => {
    known('status', 'body', 'headers')
    const { body } = order
    if (body === undefined) throw new BadField('"body" is missing')
    return { kind: 'json', status: statusOf(order, 200), body, headers: headersOf(order) }
  },
  html: (order, known) => {
    known('status')
    return { kind: 'html', status: statusOf(order, 200) }
  },
  'no-token': (order, known) => {
    known('empty')
    return { kind: 'no-token', empty: optionalBoolean(order, 'empty') ?? false }
  },
  slow: (order, known) => {
    known('delayMs')
    return { kind: 'slow', delayMs: requiredInteger(order, 'delayMs', { min: 0, max: 600_000 }) }
  },
  hang: (_, known) => {
    known()
    return { kind: 'hang' }
  },
  drop: (order, known) => {
    known('reset')
    return { kind: 'drop', reset: optionalBoolean(order, 'reset') ?? false }
  },
  cut: (order, known) => {
    known('afterEvents', 'clean', 'reset')
    const clean = optionalBoolean(order, 'clean') ?? false
    return { kind: 'cut', afterEvents: eventsOf(order), clean, reset: optionalBoolean(order, 'reset') ?? false }
  },
  stall: (order, known) => {
    known('afterEvents', 'pingMs')
    return { kind: 'stall', afterEvents: eventsOf(order), pingMs: pingOf(order) }
  },
  delay: (order, known) => {
    known('afterEvents', 'delayMs', 'pingMs')
    const delayMs = requiredInteger(order, 'delayMs', { min: 0, max: 600_000 })
    return { kind: 'delay', afterEvents: eventsOf(order), delayMs, pingMs: pingOf(order) }
  },
  'error-in-stream': (order, known) => {
    known('afterEvents', 'status', 'code', 'message', 'shape')
    const status = statusOf(order, 429)
    const usual = wordsOf(status)
    return {
      kind: 'error-in-stream',
      afterEvents: eventsOf(order),
      status,
      code: optionalString(order, 'code') ?? usual.code,
      message: optionalString(order, 'message') ?? usual.message,
      shape: optionalChoice(order, 'shape', ['event', 'wrapped', 'finish']) ?? 'event',
    }
  },
  finish: (order, known) => {
    known('afterEvents', 'reason')
    return { kind: 'finish', afterEvents: eventsOf(order), reason: requiredString(order, 'reason') }
  },
  'no-done': (order, known) => {
    known('open')
    return { kind: 'no-done', open: optionalBoolean(order, 'open') ?? false }
  },
  malformed: (order, known) => {
    known('afterEvents')
    return { kind: 'malformed', afterEvents: eventsOf(order) }
  },
}

/** Reads an order for a fault; throws `BadField` when it cannot be carried out. */
export function readFaultOrder(order: Fields): { path: string; times: number; fault: Fault } {
  const kind = requiredString(order, 'kind')
  const known = (...names: string[]): void => onlyKnown(order, ['path', 'times', 'kind', ...names])
  const reader = new Map(Object.entries(readers)).get(kind)
  if (reader === undefined) throw new BadField(`unknown kind "${kind}"; kinds: ${Object.keys(readers).join(', ')}`)
  const path = requiredString(order, 'path')
  if (!path.startsWith('/')) throw new BadField('"path" must begin with /')
  if (!heads.some((head) => head.startsWith(path) || path.startsWith(head)))
    throw new BadField(`nothing is at "${path}"; addresses begin with ${heads.join(', ')}`)
  const times = optionalInteger(order, 'times', { min: 1, max: 1_000_000 }) ?? 1
  return { path, times, fault: reader(order, known) }
}

/** Where something answers that a fault can strike. */
const heads = [
  '/v1/',
  '/backup/v1/',
  '/local/v1/',
  '/messages/v1/',
  '/responses/v1/',
  '/hosts/',
  '/api/v1/oauth2/',
  '/authorize',
]

/** What the portal says with such a status. */
function wordsOf(status: number): { readonly code: string; readonly message: string } {
  if (status === 429)
    return {
      code: 'Throttling.AllocationQuota',
      message: 'Allocated quota exceeded, please increase your quota limit.',
    }
  if (status === 401) return { code: 'InvalidApiKey', message: 'Invalid API-key provided.' }
  if (status === 503) return { code: 'ServiceUnavailable', message: 'The service is unavailable.' }
  if (status >= 500) return { code: 'InternalError', message: 'Internal server error.' }
  return { code: 'InvalidParameter', message: 'The request is invalid.' }
}

function statusOf(order: Fields, otherwise?: number): number {
  const range = { min: 200, max: 599 }
  return otherwise === undefined
    ? requiredInteger(order, 'status', range)
    : (optionalInteger(order, 'status', range) ?? otherwise)
}

function eventsOf(order: Fields): number {
  return optionalInteger(order, 'afterEvents', { min: 0, max: 1_000_000 }) ?? 0
}

/** A comment each so many milliseconds while nothing else comes. */
function pingOf(order: Fields): number | undefined {
  return optionalInteger(order, 'pingMs', { min: 1, max: 600_000 })
}

function headersOf(order: Fields): Headers {
  const headers = order['headers'] ?? {}
  if (!isFields(headers)) throw new BadField('"headers" must be an object of strings')
  return Object.fromEntries(
    Object.keys(headers).map((name) => {
      const value = requiredString(headers, name)
      try {
        validateHeaderName(name)
        validateHeaderValue(name, value)
      } catch (cause) {
        throw new BadField(`"${name}" is not a header that HTTP allows`, { cause })
      }
      return [name, value]
    }),
  )
}
