/** Logins among many processes that may die at any call: rows, C-01 to C-03 and C-06. */
import { afterAll, expect, it } from 'vitest'
import { endAuthorizationServer } from '../torture/authorization.ts'
import { removeChildren } from '../torture/child-files.ts'
import { corruptions } from '../torture/corruption.ts'
import { failingInChild } from '../torture/failing-process.ts'
import type { Figures } from '../torture/figures.ts'
import { savesOnFullDisk } from '../torture/full-disk.ts'
import { gatewayOnFullDisk } from '../torture/gateway-full-disk.ts'
import { gatewayKills } from '../torture/gateway-kills.ts'
import { histories } from '../torture/histories.ts'
import { killsOf } from '../torture/kills.ts'
import { refreshRounds } from '../torture/refresh-rounds.ts'
import { WAYS } from '../torture/ways.ts'
import { sizeOf } from './sizes.ts'

afterAll(async () => {
  await endAuthorizationServer()
  await removeChildren()
})

const SLOWLY = { timeout: 120_000 }
const GRACE_MS = 600_000
const NO_MOUNT = 'no disk can be mounted here'
/** By turns, a day each. */
const CODES = [
  ['ENOSPC', 'EIO'],
  ['EACCES', 'EMFILE'],
]
const today = Math.floor(Date.now() / 86_400_000)

function expectNone({ violations, lost }: Figures): void {
  expect(violations).toEqual([])
  expect(lost).toBe(0)
}

it('R-01 renews once for a hundred requests that find the token expired', SLOWLY, async () => {
  expectNone(await refreshRounds({ rounds: sizeOf('R-01'), actors: 1, folders: 'one', requests: 100 }))
})

it('R-02 renews once for eight processes that find the token expired', SLOWLY, async () => {
  expectNone(await refreshRounds({ rounds: sizeOf('R-02'), actors: 8, folders: 'one' }))
})

it('R-03 renews once for eight state folders whose models.json is one file', SLOWLY, async () => {
  expectNone(await refreshRounds({ rounds: sizeOf('R-03'), actors: 8, folders: 'linked' }))
})

it('R-04 spends no token twice, and loses no login without a word, in any history', SLOWLY, async () => {
  expectNone(await histories({ histories: sizeOf('R-04'), actors: 3, seed: today }))
})

it.each([
  ['and loses nothing where the server forgives a second try', GRACE_MS],
  ['and tells what is lost where it forgives nothing', 0],
])('R-09 may be killed at any call of a renewal, %s', SLOWLY, async (_what, graceMs) => {
  const kills = sizeOf('R-09') / 2
  const figures = await killsOf({ way: 'refresh', graceMs, first: 1 + (today % 11), step: 11, kills })
  expectNone(figures)
  expect(figures.cases).toBeGreaterThanOrEqual(kills)
  // Only where the answer was there and the save was not.
  expect(figures.told).toBeLessThanOrEqual(graceMs > 0 ? 0 : figures.cases / 2)
})

it(
  'R-11 serves a fresh token from memory while the disk is full, says so, and saves it when there is room',
  SLOWLY,
  async (context) => {
    const figures = await savesOnFullDisk(sizeOf('R-11') / 5)
    if (!figures) return context.skip(NO_MOUNT)
    expectNone(figures)
  },
)

it('R-11 serves a fresh token from memory whichever call of its save fails, and however', SLOWLY, async () => {
  expectNone(await failingInChild({ ways: ['refresh'], codes: ['EROFS', 'EIO'], step: 29 }))
})

it('C-02 has whole files, and tells what was not saved, whichever call fails', SLOWLY, async () => {
  const figures = await failingInChild({ ways: WAYS, codes: CODES[today % 2] ?? [], step: 67 })
  expectNone(figures)
  expect(figures.cases).toBeGreaterThanOrEqual(sizeOf('C-02'))
})

// Every `step`-th of its calls is some three of them, others on another day.
it.each([
  ['login', 40],
  ['config', 11],
  ['state', 10],
  ['rename', 55],
  ['logout', 40],
  ['import', 18],
] as const)(
  'C-02 has whole files, and sweeps what was left, whichever call is the last: %s',
  SLOWLY,
  async (way, step) => {
    const figures = await killsOf({ way, first: 1 + (today % step), step })
    expectNone(figures)
    expect(figures.cases).toBeGreaterThanOrEqual(3)
  },
)

// These have no part in the authorization server, and wait at times.
it.concurrent('C-01 loses nothing that it acknowledged when it is killed under load', SLOWLY, async () => {
  const figures = await gatewayKills({ kills: sizeOf('C-01'), seed: today })
  expectNone(figures)
  expect(figures.cases).toBe(sizeOf('C-01'))
})

it.concurrent(
  'C-03 answers what need not be counted on a full disk, refuses the rest, says so, and keeps every row',
  SLOWLY,
  async (context) => {
    const figures = await gatewayOnFullDisk({ kib: 1_024, requests: sizeOf('C-03') })
    if (!figures) return context.skip(NO_MOUNT)
    expectNone(figures)
  },
)

it.concurrent(
  'C-06 refuses damaged files with their place, and writes over none that it cannot read',
  SLOWLY,
  async () => {
    expectNone(await corruptions({ inputs: sizeOf('C-06'), seed: today }))
  },
)
