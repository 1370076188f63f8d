/** What the control address tells about the emulator: everything but tokens. */
import { endOfDay, naturalDay } from './clock.ts'
import { stateOf } from './devices.ts'
import { defaultAccount } from './emulator.ts'
import type { Emulator } from './emulator.ts'

export function stateReport(emulator: Emulator) {
  const { clock, quota, logins, devices, faults, counters, url } = emulator
  const { interval = null, ...settings } = emulator.settings
  const nowMs = clock.now()
  const accounts = new Set([defaultAccount, ...logins.accounts(), ...quota.accounts()])
  return {
    emulator: 'qwen-portal',
    url,
    clock: {
      now: new Date(nowMs).toISOString(),
      movedMs: clock.movedMs(),
      zone: 'Asia/Shanghai',
      day: naturalDay(nowMs),
      dayEndsAt: endOfDay(nowMs).toISOString(),
    },
    settings: { interval, ...settings },
    accounts: [...accounts].map((account) => ({
      account,
      used: quota.used(account, nowMs),
      perDay: settings.perDay,
      left: Math.max(0, settings.perDay - quota.used(account, nowMs)),
      logins: logins.aliveOf(account),
    })),
    devices: devices.all().map((device) => ({
      user_code: device.userCode,
      state: stateOf(device, nowMs).kind,
      demandedIntervalMs: device.intervalMs,
      expiresAt: new Date(device.expiresAtMs).toISOString(),
    })),
    faults: faults.all().map(({ path, remaining, matched, fault }) => ({ path, remaining, matched, fault })),
    counters: counters.report(),
  }
}
