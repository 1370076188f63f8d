/** Rows of the catalogue that are run with processes of their own: what each does, and how much of it at a time. */
import { spawnSync } from 'node:child_process'
import type { RowId } from '../catalogue/sizes.ts'
import { corruptions } from './corruption.ts'
import { failingInChild } from './failing-process.ts'
import type { Figures } from './figures.ts'
import { savesOnFullDisk } from './full-disk.ts'
import { gatewayOnFullDisk } from './gateway-full-disk.ts'
import { gatewayKills } from './gateway-kills.ts'
import { histories } from './histories.ts'
import { killsOf } from './kills.ts'
import { ACTS } from './login-acts.ts'
import { outsideLoginRounds, type RoundsWish } from './outside-logins.ts'
import { refreshRounds } from './refresh-rounds.ts'
import { WAYS, type Way } from './ways.ts'
import { unsavedWindow } from './window.ts'

export interface ProcessRow {
  readonly id: RowId
  /** What of the row, where it has several parts. */
  readonly part?: string
  /** So many cases are run at a time; a row that runs out of time ends between two of them. */
  readonly chunk: number
  /** A text = why it cannot be run here. */
  readonly run: (cases: number, seed: number) => Promise<Figures | string>
}

const GRACE_MS = 600_000
const NO_MOUNT = 'no disk can be mounted here'
const CODES = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS', 'EINTR']
const SYSTEM_CALLS = [
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'rename',
  'unlink',
  'ftruncate',
  'link',
  'fchmod',
  'writev',
]

export const LOGIN_ROWS: readonly ProcessRow[] = [
  { id: 'R-01', chunk: 10, run: (rounds) => refreshRounds({ rounds, actors: 1, folders: 'one', requests: 100 }) },
  { id: 'R-02', chunk: 50, run: (rounds) => refreshRounds({ rounds, actors: 8, folders: 'one' }) },
  { id: 'R-03', chunk: 50, run: (rounds) => refreshRounds({ rounds, actors: 8, folders: 'linked' }) },
  { id: 'R-04', chunk: 100, run: (cases, seed) => histories({ histories: cases, actors: 8, seed }) },
  ...[GRACE_MS, 0].map((graceMs): ProcessRow => ({
    id: 'R-09',
    part: graceMs > 0 ? 'the server forgives a second try' : 'it forgives nothing',
    chunk: 126,
    run: (kills) => killsOf({ way: 'refresh', graceMs, kills }),
  })),
  { id: 'R-09', part: 'how long a pair is unsaved', chunk: 50, run: unsavedWindow },
  {
    id: 'R-05',
    part: 'met before it ends',
    chunk: 50,
    run: (rounds, seed) => shared({ rounds, seed, token: 'early', exits: 0 }),
  },
  {
    id: 'R-05',
    part: 'met when it has ended',
    chunk: 50,
    run: (rounds, seed) => shared({ rounds, seed, token: 'ended', exits: 0 }),
  },
  {
    id: 'R-06',
    part: 'met before it ends',
    chunk: 50,
    run: (rounds, seed) => shared({ rounds, seed, token: 'early', exits: 2 }),
  },
  {
    id: 'R-06',
    part: 'met when it has ended',
    chunk: 50,
    run: (rounds, seed) => shared({ rounds, seed, token: 'ended', exits: 2 }),
  },
  { id: 'R-11', chunk: 10, run: async (rounds) => (await savesOnFullDisk(rounds)) ?? NO_MOUNT },
  { id: 'C-01', chunk: 50, run: (kills, seed) => gatewayKills({ kills, seed }) },
  {
    id: 'C-02',
    part: 'calls that fail',
    chunk: 1_000,
    run: (cases) => failingInChild({ ways: WAYS, codes: CODES, step: stepFor(cases) }),
  },
  ...(['login', 'config', 'state', ...ACTS] as const).map((way): ProcessRow => ({
    id: 'C-02',
    part: `killed at each call: ${way}`,
    chunk: 100,
    run: (kills) => killsOf({ way, kills }),
  })),
  ...WAYS.map((way): ProcessRow => ({
    id: 'C-02',
    part: `killed at each system call: ${way}`,
    chunk: 100,
    run: (cases) => killedBySystem(way, cases),
  })),
  { id: 'C-03', chunk: 10, run: async (requests) => (await gatewayOnFullDisk({ kib: 1_024, requests })) ?? NO_MOUNT },
  { id: 'C-06', chunk: 1_000, run: (inputs, seed) => corruptions({ inputs, seed }) },
]

/** One login in the hands of three processes of Qwen Code and three of ours. */
async function shared(wish: Pick<RoundsWish, 'rounds' | 'seed' | 'token' | 'exits'>): Promise<Figures> {
  const { rounds, twice, late, deletions, lost, told, slowestMs } = await outsideLoginRounds({
    peers: 3,
    ours: 3,
    factor: 0.05,
    ...wish,
  })
  // What Qwen Code's processes do to each other is theirs; no more than that may be lost.
  const theirs = wish.token === 'early' ? 0 : twice.theirs + late
  const met: readonly [string, number][] = [
    ['tokens were redeemed twice by us', twice.ours],
    ['logins were lost', Math.max(0, lost - theirs)],
    ['files were deleted', Math.max(0, deletions - theirs)],
  ]
  const violations = met.flatMap(([what, count]) => (count > 0 ? `seed ${wish.seed}: ${count} ${what}` : []))
  const note = `${lost} lost by Qwen Code among itself, ${late} redeemed twice after a stall of theirs, slowest ${slowestMs.toFixed(0)} ms`
  return { cases: rounds, lost: Math.max(0, lost - theirs), told, violations, note }
}

/** All calls of all ways with all codes are some four thousand cases. */
function stepFor(cases: number): number {
  return Math.max(1, Math.round(4_000 / cases))
}

/** Each system call in turn, until all were made or enough were killed. */
async function killedBySystem(way: Way, cases: number): Promise<Figures | string> {
  if (process.platform !== 'linux' || spawnSync('strace', ['-V']).status !== 0)
    return 'there is no strace on this machine'
  let sum: Figures = { cases: 0, lost: 0, told: 0, violations: [] }
  for (const systemCall of SYSTEM_CALLS) {
    if (sum.cases >= cases) break
    sum = added(sum, await killsOf({ way, graceMs: GRACE_MS, systemCall, step: systemCall === 'write' ? 5 : 1 }))
  }
  return sum
}

export function added(one: Figures, other: Figures): Figures {
  return {
    cases: one.cases + other.cases,
    lost: one.lost + other.lost,
    told: (one.told ?? 0) + (other.told ?? 0),
    violations: [...one.violations, ...other.violations],
    ...((other.note ?? one.note) && { note: other.note ?? one.note }),
  }
}
