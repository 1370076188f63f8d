/** What each account has used, request by request: in minutes, hours, weeks, and at the same time. */
import type { Limit, Limits } from './limits.ts'

export interface Use {
  /** So many tokens more; the answer's, as it is written. */
  add(tokens: number): void
  /** What is left of the minute's tokens; endless where they are not limited. */
  tokensLeft(): number
  /** It runs no longer. */
  end(): void
}

export interface Exceeded {
  readonly limit: Limit
  /** When the window has room again. */
  readonly freeAtMs: number
}

export interface UseOrder {
  readonly account: string
  readonly model: string
  /** Of the question. */
  readonly tokens: number
  readonly limits: Limits
}

export interface UsageBook {
  /** Counts the request, unless something is used up: then nothing is counted. */
  take(order: UseOrder, nowMs: number): Use | Exceeded
}

interface Entry {
  readonly model: string
  readonly atMs: number
  tokens: number
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs
const windows = [
  ['perMonth', 30 * dayMs],
  ['perWeek', 7 * dayMs],
  ['perFiveHours', 300 * minuteMs],
] as const

export function createUsageBook(): UsageBook {
  const entries = new Map<string, Entry[]>()
  const running = new Map<string, number>()
  return {
    take({ account, model, tokens, limits }, nowMs) {
      const all = entries.get(account) ?? []
      entries.set(account, all)
      const own = all.filter((entry) => entry.model === model)
      const exceeded = exceededBy({ all, own, running: running.get(account) ?? 0, tokens }, limits, nowMs)
      if (exceeded !== undefined) return exceeded
      const entry: Entry = { model, atMs: nowMs, tokens }
      all.push(entry)
      running.set(account, (running.get(account) ?? 0) + 1)
      return {
        add: (more) => {
          entry.tokens += more
        },
        tokensLeft: () => {
          const { tokensPerMinute = Number.POSITIVE_INFINITY } = limits
          return Math.max(0, tokensPerMinute - sumOf(within([...own, entry], minuteMs, nowMs)))
        },
        end: () => running.set(account, Math.max(0, (running.get(account) ?? 0) - 1)),
      }
    },
  }
}

interface Used {
  /** Of the account, the oldest first. */
  readonly all: readonly Entry[]
  /** Of its model. */
  readonly own: readonly Entry[]
  readonly running: number
  readonly tokens: number
}

function exceededBy({ all, own, running, tokens }: Used, limits: Limits, nowMs: number): Exceeded | undefined {
  const { atOnce, freeTokens, requestsPerMinute, ramp, tokensPerMinute } = limits
  if (freeTokens !== undefined && sumOf(own) + tokens > freeTokens)
    return { limit: 'freeTokens', freeAtMs: Number.POSITIVE_INFINITY }
  if (atOnce !== undefined && running >= atOnce) return { limit: 'atOnce', freeAtMs: nowMs }
  for (const [limit, windowMs] of windows) {
    const exceeded = tooMany({ limit, most: limits[limit], windowMs }, all, nowMs)
    if (exceeded !== undefined) return exceeded
  }
  const requests = tooMany({ limit: 'requestsPerMinute', most: requestsPerMinute, windowMs: minuteMs }, own, nowMs)
  if (requests !== undefined) return requests
  const last = within(own, secondMs, nowMs).length
  const before = within(own, 2 * secondMs, nowMs).length - last
  if (ramp !== undefined && last >= before + ramp) return { limit: 'ramp', freeAtMs: nowMs + secondMs }
  const minute = within(own, minuteMs, nowMs)
  if (tokensPerMinute === undefined || sumOf(minute) + tokens <= tokensPerMinute) return undefined
  const enough = minute.findIndex((_, at) => sumOf(minute.slice(at + 1)) + tokens <= tokensPerMinute)
  return { limit: 'tokensPerMinute', freeAtMs: (minute.at(enough)?.atMs ?? nowMs) + minuteMs }
}

interface Window {
  readonly limit: Limit
  readonly most: number | undefined
  readonly windowMs: number
}

function tooMany({ limit, most, windowMs }: Window, entries: readonly Entry[], nowMs: number): Exceeded | undefined {
  const inside = within(entries, windowMs, nowMs)
  if (most === undefined || inside.length < most) return undefined
  return { limit, freeAtMs: (inside.at(inside.length - most)?.atMs ?? nowMs) + windowMs }
}

function within(entries: readonly Entry[], windowMs: number, nowMs: number): readonly Entry[] {
  return entries.filter(({ atMs }) => atMs > nowMs - windowMs && atMs <= nowMs)
}

function sumOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { tokens }) => sum + tokens, 0)
}
