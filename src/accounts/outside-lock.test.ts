/** Another program's lock, taken as a folder: rows of what may be met in its place, and how long each holds anybody up. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { qwenCode } from '../plugins/qwen-portal/qwen-code.ts'
import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'
import { fakeClock, type FakeClock } from './fake-clock.fixture.ts'
import { openFolderLock, type FolderLock, type LockWish, type Taken } from './outside-lock.ts'

const RULES = qwenCode.lock
const isRoot = process.geteuid?.() === 0
const STRANGER = 65_534

interface Given {
  readonly folder: string
  readonly path: string
  readonly clock: FakeClock
  readonly lock: FolderLock
  readonly take: (wish?: Partial<LockWish>) => Promise<Taken>
}

/** The clock begins now, so that ages of real files are real. */
function given(onSleep: (path: string) => void = () => undefined): Given {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-lock-'))
  const path = join(folder, RULES.file)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const clock = fakeClock(new Date().toISOString(), async () => onSleep(path))
  const lock = openFolderLock(RULES, join(folder, 'oauth_creds.json'), { clock, random: systemRandom })
  return {
    folder,
    path,
    clock,
    lock,
    take: (wish = {}) =>
      lock.take({
        untilMs: clock.monotonicMs() + RULES.patienceMs,
        signal: new AbortController().signal,
        isWanted: () => Promise.resolve(true),
        ...wish,
      }),
  }
}

async function held(taken: Promise<Taken>): Promise<Extract<Taken, { kind: 'held' }>> {
  const found = await taken
  if (found.kind !== 'held') throw new Error(`it was ${found.kind}`)
  onTestFinished(() => found.held.release())
  return found
}

/** Root may do anything, so that it is somebody else for a while. */
async function asStranger<T>(work: () => Promise<T>): Promise<T> {
  if (!isRoot) return work()
  process.seteuid?.(STRANGER)
  return work().finally(() => process.seteuid?.(0))
}

const aged = (path: string, byMs: number): void => {
  const at = (Date.now() - byMs) / 1_000
  utimesSync(path, at, at)
}

describe('a lock of ours', () => {
  it('is a folder: the other program finds it taken, and its processes that end cannot take it away', async () => {
    const { path, take } = given()
    const { held: ours } = await held(take())
    expect(() => writeFileSync(path, 'a-uuid', { flag: 'wx' })).toThrow('EEXIST')
    expect(() => unlinkSync(path)).toThrow(/EISDIR|EPERM/)
    expect(await ours.stillOurs()).toBe(true)
    await ours.release()
    expect(existsSync(path)).toBe(false)
  })

  it('is touched, so that nobody takes it for abandoned', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openclaw-lock-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const rules = { ...RULES, touchMs: 20 }
    const lock = openFolderLock(rules, join(folder, 'f'), { clock: systemClock, random: systemRandom })
    await held(lock.take({ untilMs: 0, signal: new AbortController().signal, isWanted: () => Promise.resolve(true) }))
    aged(lock.path, 9_000)
    await vi.waitFor(() => expect(Date.now() - statSync(lock.path).mtimeMs).toBeLessThan(5_000))
  })

  it('that was taken away is ours no longer, and the next one’s is not released by us', async () => {
    const { path, take } = given()
    const { held: ours } = await held(take())
    renameSync(path, `${path}.stale.x`)
    mkdirSync(path)
    expect(await ours.stillOurs()).toBe(false)
    await ours.release()
    expect(existsSync(path)).toBe(true)
  })

  it('tells when something was made or taken away beside it, before it was', async () => {
    const { folder, take } = given()
    aged(folder, 60_000)
    const { touchedMs } = await held(take())
    expect(Date.now() - touchedMs).toBeGreaterThan(59_000)
  })
})

describe('R-07 in the lock’s place', () => {
  it.each<[string, (path: string) => void]>([
    ['a file of the other program', (path) => writeFileSync(path, 'a-uuid')],
    ['an empty file', (path) => writeFileSync(path, '')],
    ['a folder of ours', (path) => mkdirSync(path)],
  ])('%s is waited for, for half a minute at most', async (_, make) => {
    const { path, clock, take } = given()
    make(path)
    const startMs = clock.monotonicMs()
    expect(await take({ untilMs: startMs + RULES.patienceMs })).toEqual({ kind: 'busy' })
    expect(clock.monotonicMs() - startMs).toBeLessThanOrEqual(RULES.patienceMs + RULES.pollMs)
    expect(existsSync(path)).toBe(true)
  })

  it('one that is let go is ours at the next try', async () => {
    let sleeps = 0
    const { path, take } = given((lock) => {
      sleeps += 1
      if (sleeps === 3) unlinkSync(lock)
    })
    writeFileSync(path, 'a-uuid')
    await held(take())
    expect(sleeps).toBe(3)
  })

  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, '')],
    ['a folder', (path) => mkdirSync(path)],
  ])('%s that is older than 35 seconds is taken away, and nothing of it is left', async (_, make) => {
    const { folder, path, clock, take } = given()
    make(path)
    aged(path, 34_000)
    const startMs = clock.monotonicMs()
    await held(take())
    expect(clock.monotonicMs() - startMs).toBeGreaterThan(900)
    expect(readdirSync(folder)).toEqual([RULES.file])
  })

  it('an abandoned one is left, when what it was wanted for has been done', async () => {
    const { path, take } = given()
    writeFileSync(path, 'a-uuid')
    aged(path, 60_000)
    const answers = [true, false]
    expect(await take({ isWanted: () => Promise.resolve(answers.shift() ?? false) })).toEqual({ kind: 'not-wanted' })
    expect(readFileSync(path, 'utf8')).toBe('a-uuid')
  })

  it('a new one, which somebody made while we took the old one for abandoned, goes back to its place', async () => {
    const { folder, path, clock, take } = given()
    writeFileSync(path, 'old')
    aged(path, 60_000)
    let asked = 0
    const taken = await take({
      untilMs: clock.monotonicMs(),
      isWanted: async () => {
        asked += 1
        if (asked === 2) {
          // Another file of that name.
          writeFileSync(`${path}.new`, 'new')
          renameSync(`${path}.new`, path)
        }
        return true
      },
    })
    expect(taken).toEqual({ kind: 'busy' })
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual([RULES.file])
  })

  it('one from the future, of a clock that was set back, is abandoned once it has not changed for as long', async () => {
    const { path, clock, take } = given()
    writeFileSync(path, 'a-uuid')
    aged(path, -7 * 86_400_000)
    expect(await take()).toEqual({ kind: 'busy' })
    clock.advance(10_000)
    await held(take())
  })

  it('one of somebody else, who may not be robbed, is waited for like any other', async ({ skip }) => {
    if (!isRoot) skip('only root can lay a file for somebody else')
    const { folder, path, take } = given()
    writeFileSync(path, '')
    aged(path, 60_000)
    chmodSync(folder, 0o1777)
    expect(await asStranger(() => take())).toEqual({ kind: 'busy' })
    expect(readdirSync(folder)).toEqual([RULES.file])
  })

  it('a folder that takes no files is told at once', async () => {
    const { folder, clock, take } = given()
    chmodSync(folder, 0o555)
    await expect(asStranger(() => take())).rejects.toThrow(`${RULES.file}: the system refuses it (EACCES)`)
    chmodSync(folder, 0o700)
    expect(clock.slept).toEqual([])
  })

  it('a folder that is not there is told at once', async () => {
    const { folder, take } = given()
    rmdirSync(folder)
    await expect(take()).rejects.toThrow('the system refuses it (ENOENT)')
  })
})

it('sweeps what the other program leaves of abandoned locks, once it is a day old', async () => {
  const { folder, path, lock } = given()
  const [old, young, full] = ['old', 'young', 'full'].map((name) => `${path}.stale.${name}`) as [string, string, string]
  for (const leftover of [old, young, full]) mkdirSync(leftover)
  writeFileSync(`${path}.stale.file`, '')
  writeFileSync(join(full, 'kept'), '')
  writeFileSync(join(folder, 'other'), '')
  for (const name of readdirSync(folder)) if (!name.endsWith('young')) aged(join(folder, name), 90_000_000)
  await lock.sweep()
  expect(readdirSync(folder).toSorted()).toEqual(
    ['other', ...[full, young].map((leftover) => leftover.slice(folder.length + 1))].toSorted(),
  )
})
