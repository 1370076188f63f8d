/** How many requests an account may send in a day, and whose day that is. */
import type { LocalizedText } from './text.ts'

export interface QuotaPolicy {
  /** Requests a natural day. */
  readonly requestsPerDay: number
  /** IANA name of the zone whose midnight ends the day. */
  readonly timeZone: string
  /** Where the figure comes from, with its date; shown to people. */
  readonly source?: LocalizedText
  /** Requests a minute, where the provider states one. Shown; the upstream enforces it. */
  readonly requestsPerMinute?: number
}

/** A counter's state in one window: an account's requests on one natural day. */
export interface QuotaCount {
  /** The profile whose requests are counted. */
  readonly account: string
  /** `YYYY-MM-DD` in the policy's zone. */
  readonly day: string
  readonly used: number
}

/** What is left of an account's day, for people and for routing. */
export interface QuotaLeft {
  readonly used: number
  readonly limit: number
  readonly resetsAt: Date
  readonly timeZone: string
}
