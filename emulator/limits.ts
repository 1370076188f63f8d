/** What an account may use in a window of time, as it was ordered: by address, each figure by itself. */
import { BadField, onlyKnown, optionalInteger, optionalString } from './fields.ts'
import type { Fields } from './fields.ts'

const figures = {
  /** Of one model. */
  requestsPerMinute: 'requests in 60 s',
  tokensPerMinute: 'tokens in 60 s, of questions and answers',
  ramp: 'requests more in a second than in the one before',
  /** Of all models of an account. */
  atOnce: 'requests that run at the same time',
  perFiveHours: 'requests in 5 h',
  perWeek: 'requests in 7 days',
  perMonth: 'requests in 30 days',
  /** Of one model, for ever. */
  freeTokens: 'tokens in all',
  /** Of one request. */
  inputTokens: 'tokens of one question',
} as const
export type Limit = keyof typeof figures
export type Limits = Readonly<Partial<Record<Limit, number>>>

export interface LimitOrder {
  /** The beginning of the paths that it concerns. */
  readonly path: string
  readonly limits: Limits
}

const names = Object.keys(figures) as readonly Limit[]
const anyFigure = { min: 0, max: Number.MAX_SAFE_INTEGER }

/** Throws `BadField` when it cannot be read. */
export function readLimitOrder(order: Fields): LimitOrder {
  onlyKnown(order, ['path', ...names])
  const path = optionalString(order, 'path') ?? '/'
  if (!path.startsWith('/')) throw new BadField('"path" must begin with /')
  const limits = names.flatMap((name) => {
    const figure = optionalInteger(order, name, anyFigure)
    return figure === undefined ? [] : [[name, figure] as const]
  })
  if (limits.length === 0) throw new BadField(`give one or more of: ${names.join(', ')}`)
  return { path, limits: Object.fromEntries(limits) }
}

/** The later orders lie over the earlier ones; `undefined` = nothing is limited here, so nothing need be counted. */
export function limitsAt(orders: readonly LimitOrder[], path: string): Limits | undefined {
  const here = orders.filter((order) => path.startsWith(order.path))
  return here.length === 0 ? undefined : Object.assign({}, ...here.map(({ limits }) => limits))
}
