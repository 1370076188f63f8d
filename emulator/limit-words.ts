/** What each kind of server says when something is used up. */
import { daySpentBy, refusal } from './chat-errors.ts'
import { Refusal } from './exchange.ts'
import type { Limit } from './limits.ts'
import type { Exceeded } from './usage.ts'

/**
 * Servers have said the same thing in several ways, at other times or to other people: which of them is heard.
 * `requests`: the usual words, those of `Throttling.RateQuota`, or a bare 429.
 */
export interface Words {
  readonly daySpent: 'allocated' | 'exceeded' | 'forbidden'
  readonly requests: 'usual' | 'throttling' | 'none'
  readonly inStream: 'event' | 'finish'
}

export const usualWords: Words = { daySpent: 'allocated', requests: 'usual', inStream: 'event' }

export interface Met extends Exceeded {
  readonly nowMs: number
  readonly words: Words
}

/** What a provider says of a limit. */
export type LimitWords = (met: Met) => Refusal

export const portalWords: LimitWords = (met) => {
  const { limit, words } = met
  if (limit === 'tokensPerMinute') {
    const link = 'https://help.aliyun.com/zh/model-studio/error-code#token-limit'
    const message = `You exceeded your current quota, please check your plan and billing details. For details, see: ${link}`
    return both('insufficient_quota', message)
  }
  if (limit === 'requestsPerMinute' || limit === 'ramp') {
    if (words.requests === 'none') return bare()
    if (words.requests === 'throttling') return rateQuota()
    const { message, code } = { message: 'rate limited', code: 'rate_limit_exceeded' }
    return refusal(429, { code, message, type: code }, { 'retry-after': String(secondsUntil(met)) })
  }
  return limit === 'atOnce' ? bare() : daySpentBy(words.daySpent)
}

export const standardWords: LimitWords = ({ limit, words }) => {
  if (limit === 'freeTokens') {
    const message =
      'The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, ' +
      'please disable the "use free tier only" mode in the management console.'
    const code = 'AllocationQuota.FreeTierOnly'
    return refusal(403, { code, message, type: code }, {}, 'with id')
  }
  if (limit === 'ramp') {
    const message =
      'Request rate increased too quickly. To ensure system stability, please adjust your client logic to scale ' +
      'requests more smoothly over time.'
    return both('limit_burst_rate', message)
  }
  if (limit === 'tokensPerMinute') {
    return both('Throttling.AllocationQuota', 'Allocated quota exceeded, please increase your quota limit.')
  }
  if (words.requests === 'none') return bare()
  if (words.requests === 'throttling') return rateQuota()
  return both('limit_requests', 'You exceeded your current requests list.')
}

const planWindows: Readonly<Partial<Record<Limit, string>>> = {
  perFiveHours: 'hour',
  perWeek: 'week',
  perMonth: 'month',
  atOnce: 'concurrency',
}

export const planWords: LimitWords = (met) => {
  const window = planWindows[met.limit]
  return window === undefined ? standardWords(met) : both('throttling', `${window} allocated quota exceeded`)
}

const tokenPlanWindows: Readonly<Partial<Record<Limit, string>>> = {
  perFiveHours: '5-hour',
  perWeek: '1-week',
  perMonth: '1-month',
}

export const tokenPlanWords: LimitWords = (met) => {
  const window = tokenPlanWindows[met.limit]
  if (window === undefined) return planWords(met)
  const reset = new Date(met.freeAtMs)
    .toISOString()
    .slice('YYYY-'.length, 'YYYY-MM-DDTHH:MM:SS'.length)
    .replace('T', ' ')
  const message = `Your token-plan ${window} quota has been exhausted. The quota will reset at ${reset} UTC.`
  return both('insufficient_quota', message)
}

/** As OpenAI's servers, and those that speak like them. */
export const plainWords: LimitWords = (met) => {
  const seconds = secondsUntil(met)
  const what = met.limit === 'tokensPerMinute' ? 'tokens' : 'requests'
  const message = `Rate limit reached on ${what} per min. Please try again in ${seconds}s.`
  return refusal(
    429,
    { code: 'rate_limit_exceeded', message, type: what },
    {
      'retry-after': String(seconds),
      [`x-ratelimit-remaining-${what}`]: '0',
      [`x-ratelimit-reset-${what}`]: `${seconds}s`,
    },
  )
}

function both(code: string, message: string): Refusal {
  return refusal(429, { code, message, type: code })
}

function rateQuota(): Refusal {
  return both('Throttling.RateQuota', 'Requests rate limit exceeded, please try again later.')
}

function bare(): Refusal {
  return new Refusal(429, undefined)
}

function secondsUntil({ freeAtMs, nowMs }: Met): number {
  return Math.max(1, Math.ceil((Math.min(freeAtMs, nowMs + 3_600_000) - nowMs) / 1_000))
}
