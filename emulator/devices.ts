/** Device logins on their way from a code to an answer (RFC 8628). */
import { createHash, randomBytes, randomInt } from 'node:crypto'

export type DeviceState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'approved'; readonly account: string }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used'; readonly account: string }

export interface Device {
  readonly deviceCode: string
  readonly userCode: string
  readonly codeChallenge: string
  readonly scope: string
  readonly expiresAtMs: number
  /** What the server demands between two polls; grows with every poll that comes too early. */
  intervalMs: number
  lastPollAtMs: number | undefined
  state: DeviceState
}

type NewDevice = Pick<Device, 'codeChallenge' | 'scope' | 'expiresAtMs' | 'intervalMs'>

export type PollResult =
  | { readonly kind: 'approved'; readonly account: string }
  | { readonly kind: 'pending' | 'too-fast' | 'denied' | 'expired' | 'no-such-grant' }

export interface Devices {
  start(input: NewDevice): Device
  byDeviceCode(deviceCode: string): Device | undefined
  /** Reads the code as a person types it: lower case, blanks and dashes are fine. */
  byUserCode(typed: string): Device | undefined
  all(): readonly Device[]
}

// RFC 8628, 6.1: these letters are hard to confuse, and spell no words.
const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ'
const pollToleranceMs = 200

export function createDevices(): Devices {
  const byDeviceCode = new Map<string, Device>()
  const byUserCode = new Map<string, Device>()
  return {
    start(input) {
      let userCode = newUserCode()
      while (byUserCode.has(userCode)) userCode = newUserCode()
      const deviceCode = `emu-dc-${randomBytes(24).toString('base64url')}`
      const device: Device = { ...input, deviceCode, userCode, lastPollAtMs: undefined, state: { kind: 'pending' } }
      byDeviceCode.set(deviceCode, device)
      byUserCode.set(userCode, device)
      return device
    },
    byDeviceCode: (deviceCode) => byDeviceCode.get(deviceCode),
    byUserCode: (typed) => byUserCode.get(typed.toUpperCase().replaceAll(/[^A-Z]/g, '')),
    all: () => [...byDeviceCode.values()],
  }
}

/** The state with time taken into account: a code that nobody used in time is expired. */
export function stateOf(device: Device, nowMs: number): DeviceState {
  const mayExpire = device.state.kind === 'pending' || device.state.kind === 'approved'
  return mayExpire && nowMs >= device.expiresAtMs ? { kind: 'expired' } : device.state
}

/** One poll of the token endpoint. The code is spent by the poll that is answered `approved`. */
export function poll(device: Device, codeVerifier: string, nowMs: number): PollResult {
  const state = stateOf(device, nowMs)
  if (state.kind === 'used' || challengeOf(codeVerifier) !== device.codeChallenge) return { kind: 'no-such-grant' }
  if (state.kind === 'expired' || state.kind === 'denied') return { kind: state.kind }
  if (arrivedTooEarly(device, nowMs)) {
    // RFC 8628, 3.5: each slow_down adds five seconds, for good.
    device.intervalMs += 5_000
    device.lastPollAtMs = nowMs
    return { kind: 'too-fast' }
  }
  device.lastPollAtMs = nowMs
  if (state.kind === 'pending') return { kind: 'pending' }
  device.state = { kind: 'used', account: state.account }
  return { kind: 'approved', account: state.account }
}

function arrivedTooEarly(device: Device, nowMs: number): boolean {
  if (device.lastPollAtMs === undefined) return false
  const sinceMs = nowMs - device.lastPollAtMs
  // A clock that was set back says nothing about the pace.
  return sinceMs >= 0 && sinceMs < device.intervalMs - pollToleranceMs
}

function newUserCode(): string {
  return Array.from({ length: 8 }, () => userCodeLetters.charAt(randomInt(userCodeLetters.length))).join('')
}

function challengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url')
}
