/** One login in the hands of Qwen Code's processes and of ours: rows. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { removeChildren } from '../torture/child-files.ts'
import { outsideLoginRounds, type RoundsFigures, type RoundsWish } from '../torture/outside-logins.ts'
import { openSharedLogin } from '../torture/shared-login.ts'
import { sizeOf } from './sizes.ts'
import { ended, listening } from './support/real-gateway.ts'

afterAll(removeChildren)

const played = (wish: Pick<RoundsWish, 'rounds' | 'token' | 'exits'>): Promise<RoundsFigures> =>
  outsideLoginRounds({ peers: 3, ours: 3, factor: 0.05, seed: Math.floor(Math.random() * 1_000_000), ...wish })

const NOTHING_LOST = { twice: { ours: 0, theirs: 0 }, deletions: 0, lost: 0, stale: { ours: 0, theirs: 0 } }
/** Of all waits of R-08, the call's own deadlines too; as they are in a large run. */
const PACE = sizeOf('R-05') > 10 ? 1 : 0.2
const HALF = Math.ceil(sizeOf('R-05') / 2)

// They mostly wait: side by side.
it.concurrent(
  'R-05 is renewed by whoever comes first, once, and everybody holds the new token: met early, and met when it has ended',
  { timeout: 180_000 },
  async () => {
    const [early, late] = await Promise.all([
      played({ rounds: HALF, token: 'early', exits: 0 }),
      played({ rounds: HALF, token: 'ended', exits: 0 }),
    ])
    expect(early).toMatchObject({ ...NOTHING_LOST, redeemed: { ours: HALF, theirs: 0 } })
    expect(late.twice.ours).toBe(0)
    // On a machine that stands still for long they rob each other; that is theirs.
    if (late.twice.theirs + late.late === 0) expect(late).toMatchObject(NOTHING_LOST)
  },
)

it.concurrent(
  'R-06 is not redeemed twice by us, though processes of Qwen Code end and take locks away; and renewed early it is not lost',
  { timeout: 180_000 },
  async () => {
    const [early, late] = await Promise.all([
      played({ rounds: HALF, token: 'early', exits: 2 }),
      played({ rounds: HALF, token: 'ended', exits: 2 }),
    ])
    expect(early).toMatchObject(NOTHING_LOST)
    expect(late.twice.ours).toBe(0)
    // What they lose among themselves is theirs, and no more than that is lost.
    expect(late.lost).toBeLessThanOrEqual(late.twice.theirs + late.late)
  },
)

it(
  'R-08 ends a renewal that takes long before its lock looks abandoned, and saves nothing that comes too late',
  { timeout: 60_000 },
  async ({ onTestFinished }) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      request.on('data', (piece: Buffer) => asked.push(piece.toString('utf8')))
      request.on('end', () => {
        const late = { access_token: 'at-late', refresh_token: 'rt-late', token_type: 'Bearer', expires_in: 21_600 }
        setTimeout(() => response.end(JSON.stringify(late)), 15_000 * PACE).unref()
      })
    })
    const url = await listening(server)
    const home = mkdtempSync(join(tmpdir(), 'openclaw-slow-'))
    onTestFinished(async () => {
      await ended(server)
      rmSync(home, { recursive: true, force: true })
    })
    await Promise.all(Array.from({ length: sizeOf('R-08') }, (_, at) => slow(join(home, String(at)), url)))
    expect(asked).toHaveLength(sizeOf('R-08'))
  },
)

/** One login, whose renewal the server answers too late; the other program renews it afterwards. */
async function slow(home: string, server: string): Promise<void> {
  const theirFolder = join(home, '.qwen')
  mkdirSync(theirFolder, { recursive: true, mode: 0o700 })
  const path = join(theirFolder, 'oauth_creds.json')
  const lock = join(theirFolder, 'oauth_creds.lock')
  const members = (name: string, leftMs: number): string =>
    JSON.stringify({
      access_token: `at-${name}`,
      token_type: 'Bearer',
      refresh_token: `rt-${name}`,
      expiry_date: Date.now() + leftMs,
    })
  const old = members('old', -1_000)
  writeFileSync(path, old)
  const login = await openSharedLogin({ stateFolder: home, theirFolder, server, factor: PACE, callFactor: PACE })
  const startMs = performance.now()
  let oldestMs = 0
  const watch = setInterval(() => {
    const found = statSync(lock, { throwIfNoEntry: false })
    if (found) oldestMs = Math.max(oldestMs, Date.now() - found.mtimeMs)
  }, 50 * PACE)
  const answer = await login.access()
  clearInterval(watch)
  // Quiet wait, then eight seconds of the call; its answer would have come later than that.
  expect(performance.now() - startMs).toBeLessThan(17_000 * PACE)
  expect(answer).toMatchObject({ kind: 'failed', failure: { kind: 'network', during: 'refresh' } })
  expect(oldestMs).toBeGreaterThan(0)
  expect(oldestMs).toBeLessThan(6_000 * PACE)
  expect(statSync(lock, { throwIfNoEntry: false })).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toBe(old)

  const theirs = members('theirs', 21_600_000)
  writeFileSync(path, theirs)
  await sleep(5_000 * PACE)
  expect(await login.access()).toMatchObject({ kind: 'ok', credential: { accessToken: 'at-theirs' } })
  await login.close()
  expect(readFileSync(path, 'utf8')).toBe(theirs)
}
