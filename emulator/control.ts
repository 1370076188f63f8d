/** The control addresses: a test, or quickstart, moves the emulator from outside. */
import { isAccountName, waitingDevice } from './approval.ts'
import { readBody } from './bodies.ts'
import type { DeviceState } from './devices.ts'
import { defaultAccount, resetEmulator } from './emulator.ts'
import type { Emulator } from './emulator.ts'
import { Refusal } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { readFaultOrder } from './fault-orders.ts'
import {
  BadField,
  isFields,
  onlyKnown,
  optionalBoolean,
  optionalChoice,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredInteger,
  requiredString,
} from './fields.ts'
import type { Fields } from './fields.ts'
import { usualWords } from './limit-words.ts'
import { readLimitOrder } from './limits.ts'
import { outageKinds } from './outage.ts'
import { sendJson } from './replies.ts'
import { stateReport } from './state-report.ts'

export type Act = (order: Fields, emulator: Emulator) => void

const anyCount = { min: 0, max: Number.MAX_SAFE_INTEGER }
const seconds = { min: 1, max: 100_000_000 }

/** By the last part of the address. */
export const acts: Readonly<Record<string, Act>> = {
  approve(order, emulator) {
    onlyKnown(order, ['user_code', 'account'])
    decide(order, emulator, { kind: 'approved', account: accountIn(order) })
  },
  deny(order, emulator) {
    onlyKnown(order, ['user_code'])
    decide(order, emulator, { kind: 'denied' })
  },
  expire(order, emulator) {
    onlyKnown(order, ['user_code'])
    decide(order, emulator, { kind: 'expired' })
  },
  clock(order, { clock }) {
    onlyKnown(order, ['now', 'advanceMs', 'reset'])
    if (Object.keys(order).length !== 1) throw new BadField('give one of: now, advanceMs, reset')
    const now = optionalString(order, 'now')
    const advanceMs = optionalInteger(order, 'advanceMs', { min: -1e13, max: 1e13 })
    if (now !== undefined) clock.setTo(instant(now))
    if (advanceMs !== undefined) clock.advance(advanceMs)
    if (optionalBoolean(order, 'reset') === true) clock.reset()
  },
  spend(order, { quota, clock, settings }) {
    onlyKnown(order, ['account', 'used', 'all'])
    const used = optionalBoolean(order, 'all') === true ? settings.perDay : requiredInteger(order, 'used', anyCount)
    quota.set(accountIn(order), clock.now(), used)
  },
  limit(order, { settings }) {
    onlyKnown(order, ['perDay'])
    settings.perDay = requiredInteger(order, 'perDay', anyCount)
  },
  revoke(order, { logins }) {
    onlyKnown(order, ['account'])
    logins.revoke(accountIn(order))
  },
  retire(order, { settings }) {
    onlyKnown(order, ['on', 'from'])
    const from = optionalString(order, 'from')
    const fromMs = from === undefined ? undefined : instant(from, 'from')
    settings.retired = optionalBoolean(order, 'on') ?? fromMs === undefined
    settings.retiredFromMs = fromMs
  },
  limits(order, { settings }) {
    // An empty order takes all limits away.
    settings.limits = Object.keys(order).length === 0 ? [] : [...settings.limits, readLimitOrder(order)]
  },
  words(order, { settings }) {
    onlyKnown(order, Object.keys(usualWords))
    settings.words = {
      daySpent: optionalChoice(order, 'daySpent', ['allocated', 'exceeded', 'forbidden']) ?? settings.words.daySpent,
      requests: optionalChoice(order, 'requests', ['usual', 'throttling', 'none']) ?? settings.words.requests,
      inStream: optionalChoice(order, 'inStream', ['event', 'finish']) ?? settings.words.inStream,
    }
  },
  outage(order, { settings }) {
    onlyKnown(order, ['path', 'kind'])
    const kind = optionalChoice(order, 'kind', outageKinds) ?? 'none'
    settings.outage = kind === 'none' ? undefined : { path: optionalString(order, 'path') ?? '/', kind }
  },
  clients(order, { settings }) {
    onlyKnown(order, ['ownOnly'])
    settings.ownClientsOnly = optionalBoolean(order, 'ownOnly') ?? true
  },
  unbought(order, { settings }) {
    onlyKnown(order, ['models'])
    settings.unbought = stringsIn(order, 'models')
  },
  quirks(order, { settings }) {
    const names = ['thinkTags', 'usageWithFinish', 'sharedIndex', 'unclosedArguments'] as const
    onlyKnown(order, names)
    const read = (name: (typeof names)[number]): boolean => optionalBoolean(order, name) ?? settings.quirks[name]
    settings.quirks = {
      thinkTags: read('thinkTags'),
      usageWithFinish: read('usageWithFinish'),
      sharedIndex: read('sharedIndex'),
      unclosedArguments: read('unclosedArguments'),
    }
  },
  device(order, { settings }) {
    onlyKnown(order, ['interval', 'expiresIn', 'slowDownStatus', 'pendingStyle', 'accessTokenSeconds'])
    // All is read before anything is set, so that a refused order changes nothing.
    const read = {
      interval: order['interval'] === null ? null : optionalNumber(order, 'interval', { min: 0, max: 3_600 }),
      expiresIn: optionalInteger(order, 'expiresIn', seconds),
      slowDownStatus: optionalChoice(order, 'slowDownStatus', [400, 429] as const),
      pendingStyle: optionalChoice(order, 'pendingStyle', ['400', '200'] as const),
      accessTokenSeconds: optionalInteger(order, 'accessTokenSeconds', seconds),
    }
    if (read.interval !== undefined) settings.interval = read.interval ?? undefined
    settings.expiresIn = read.expiresIn ?? settings.expiresIn
    settings.slowDownStatus = read.slowDownStatus ?? settings.slowDownStatus
    settings.pendingStyle = read.pendingStyle ?? settings.pendingStyle
    settings.accessTokenSeconds = read.accessTokenSeconds ?? settings.accessTokenSeconds
  },
  faults(order, { faults }) {
    if ('clear' in order) {
      onlyKnown(order, ['clear'])
      if (optionalBoolean(order, 'clear') === true) faults.clear()
      return
    }
    const { path, times, fault } = readFaultOrder(order)
    faults.add(path, times, fault)
  },
  reset(order, emulator) {
    onlyKnown(order, [])
    resetEmulator(emulator)
  },
}

export function answerState(exchange: Exchange, emulator: Emulator): void {
  sendJson(exchange, 200, stateReport(emulator))
}

/** Carries out the act; the answer is the state after it. */
export async function answerAct(exchange: Exchange, emulator: Emulator, act: Act): Promise<void> {
  const order = orderIn((await readBody(exchange)).toString('utf8'))
  try {
    act(order, emulator)
  } catch (error) {
    if (error instanceof BadField) throw new Refusal(400, { error: error.message })
    throw error
  }
  answerState(exchange, emulator)
}

function orderIn(text: string): Fields {
  if (text.trim() === '') return {}
  try {
    const order: unknown = JSON.parse(text)
    if (isFields(order)) return order
  } catch {
    // Said below, together with the other ways of not being an object.
  }
  throw new Refusal(400, { error: 'the body must be a JSON object' })
}

function decide(order: Fields, emulator: Emulator, decision: DeviceState): void {
  const userCode = requiredString(order, 'user_code')
  const found = waitingDevice(emulator, userCode)
  if (found.kind === 'unknown') throw new Refusal(404, { error: `no login has the code "${userCode}"` })
  if (found.kind !== 'waiting') throw new Refusal(409, { error: `the login of "${userCode}" is ${found.kind} already` })
  found.device.state = decision
}

function accountIn(order: Fields): string {
  const account = optionalString(order, 'account') ?? defaultAccount
  if (isAccountName(account)) return account
  throw new BadField('"account" must be a name of 1 to 100 characters on one line')
}

function stringsIn(order: Fields, name: string): readonly string[] {
  const value = order[name]
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw new BadField(`"${name}" must be a list of strings`)
}

function instant(text: string, name = 'now'): number {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw new BadField(`"${name}" must be a time in ISO 8601, as 2026-01-31T23:59:00+08:00`)
  return timeMs
}
