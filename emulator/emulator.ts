/** All that the emulator knows at a moment: settings, clock, logins, counts. */
import { createClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { createCounters } from './counters.ts'
import type { Counters } from './counters.ts'
import { createDailyQuota } from './daily-quota.ts'
import type { DailyQuota } from './daily-quota.ts'
import { createDevices } from './devices.ts'
import type { Devices } from './devices.ts'
import { createFaultQueue } from './faults.ts'
import type { FaultQueue } from './faults.ts'
import { createLogins } from './logins.ts'
import type { Logins } from './logins.ts'
import { usualWords } from './limit-words.ts'
import type { Words } from './limit-words.ts'
import type { LimitOrder } from './limits.ts'
import type { Outage } from './outage.ts'
import { createUsageBook } from './usage.ts'
import type { UsageBook } from './usage.ts'

export interface Settings {
  /** Seconds between two polls, as the device answer tells them; `undefined`: it tells none, and 2 are demanded. */
  interval: number | undefined
  /** Seconds for which a device code is good. */
  expiresIn: number
  slowDownStatus: 400 | 429
  pendingStyle: '400' | '200'
  accessTokenSeconds: number
  /** Requests that an account may make on one natural day. */
  perDay: number
  /** Once the plan is retired, login and refresh succeed, but no completion does. */
  retired: boolean
  /** The same from this time on, in milliseconds since the epoch. */
  retiredFromMs: number | undefined
  /** Whether the portal turns other programs than its maker's own away. */
  ownClientsOnly: boolean
  /** Models that nobody has bought yet. */
  unbought: readonly string[]
  limits: readonly LimitOrder[]
  words: Words
  outage: Outage | undefined
  quirks: Quirks
  /** The pause between two pieces of a stream whose request asks for none. */
  chunkDelayMs: number
}

/** Habits of models, each seen in the wild. */
export interface Quirks {
  /** Thoughts come as `<think>` in the answer's text. */
  readonly thinkTags: boolean
  /** The finish and the usage come in one event. */
  readonly usageWithFinish: boolean
  /** Two tool calls come with the same index, and the finish says `stop`. */
  readonly sharedIndex: boolean
  /** The arguments of a tool call are not sent to their end. */
  readonly unclosedArguments: boolean
}

export interface Emulator {
  /** Where all its addresses begin, without a slash at the end. */
  readonly url: string
  readonly startSettings: Readonly<Settings>
  readonly settings: Settings
  readonly clock: Clock
  readonly devices: Devices
  readonly logins: Logins
  readonly quota: DailyQuota
  readonly usage: UsageBook
  readonly faults: FaultQueue
  readonly counters: Counters
}

export const defaultSettings: Readonly<Settings> = {
  interval: undefined,
  expiresIn: 900,
  slowDownStatus: 429,
  pendingStyle: '400',
  accessTokenSeconds: 21_600,
  perDay: 2_000,
  retired: false,
  retiredFromMs: undefined,
  ownClientsOnly: false,
  unbought: [],
  limits: [],
  words: usualWords,
  outage: undefined,
  quirks: { thinkTags: false, usageWithFinish: false, sharedIndex: false, unclosedArguments: false },
  chunkDelayMs: 0,
}

/** The account of an approval that names none. */
export const defaultAccount = 'you@example.com'

export function createEmulator(url: string, startSettings: Readonly<Settings>): Emulator {
  return {
    url,
    startSettings,
    settings: { ...startSettings },
    clock: createClock(),
    devices: createDevices(),
    logins: createLogins(),
    quota: createDailyQuota(),
    usage: createUsageBook(),
    faults: createFaultQueue(),
    counters: createCounters(),
  }
}

/** As if it had just been started: every login, count, fault and setting of before is gone. */
export function resetEmulator(emulator: Emulator): void {
  Object.assign(emulator, createEmulator(emulator.url, emulator.startSettings))
}
