/** Starts beside others, and state that an earlier version has written: rows C-12, L-09 and L-10. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it, type TestContext } from 'vitest'
import { isAlive } from '../../src/service/instance.ts'
import { LATEST_VERSION } from '../../src/stores/sqlite/migrations.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort, newHouse, type House } from '../journeys/support/house.ts'
import { children, removeChildren } from '../torture/child-files.ts'
import { sizeOf } from './sizes.ts'
import { seeded } from './support/seeded.ts'

afterAll(removeChildren)

function house({ onTestFinished }: TestContext): House {
  const made = newHouse()
  onTestFinished(() => made.leave())
  return made
}

/** A process that has nothing to do with us. */
function stranger({ onTestFinished }: TestContext): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

/** What a gateway would have left behind that was killed. */
async function leaveLease(
  home: House,
  note: { readonly pid: number; readonly port: number; readonly startedAt: string },
  ttlMs: number,
): Promise<void> {
  const state = await openInlineState({ path: join(home.stateFolder, 'state.db'), clock: systemClock })
  const { evenIfFence, ...wish } = {
    evenIfFence: (await state.leases.read('gateway'))?.fence,
    holder: 'a killed one',
    ttlMs,
  }
  await state.leases.acquire('gateway', {
    ...wish,
    note: JSON.stringify(note),
    ...(evenIfFence !== undefined && { evenIfFence }),
  })
  await state.close()
}

it.concurrent(
  'C-12 leaves a stranger alone that got the number of a killed gateway, and starts',
  { timeout: 60_000 },
  async (context) => {
    if (process.platform !== 'linux') return context.skip('this system does not tell when a process began')
    const home = house(context)
    const pid = stranger(context)
    const port = await freePort()
    for (let round = 0; round < sizeOf('C-12'); round += 1) {
      // Its lease has run out, or runs still; it began before the stranger did.
      const startedAt = new Date(Date.now() - 60_000).toISOString()
      await leaveLease(home, { pid, port, startedAt }, round % 2 === 0 ? 1 : 15_000)
      if (round % 4 < 2) expect((await home.run(['gateway', 'status'])).code).toBe(1)
      else expect((await home.run(['gateway', 'stop'])).stderr).toContain('No gateway runs')
      expect(isAlive(pid)).toBe(true)
      if (round % 5 !== 4) continue
      const started = await home.run(['gateway', 'start', '--port', String(port)])
      expect([round, started.stderr, started.code]).toEqual([round, expect.any(String), 0])
      expect((await home.run(['gateway', 'stop'])).code).toBe(0)
      expect(isAlive(pid)).toBe(true)
    }
  },
)

it.concurrent('L-09 says that a gateway runs already, and lets it run', { timeout: 60_000 }, async (context) => {
  const home = house(context)
  const { url, port } = await home.gateway()
  for (let round = 0; round < sizeOf('L-09') / 2; round += 1) {
    const other = String(round < 2 ? port : await freePort())
    const second = await home.run(['gateway', round % 2 === 0 ? 'run' : 'start', '--port', other])
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`A gateway already runs on this state folder: ${url}`),
    })
    expect((await fetch(`${url}/health`)).status).toBe(200)
  }
})

it.concurrent(
  'L-09 names a port that a stranger has, sends it nothing, and does not end it',
  { timeout: 60_000 },
  async (context) => {
    const home = house(context)
    const token = (await home.run(['gateway', 'token'])).stdout.trim()
    let heard = ''
    // It speaks HTTP, and says to everything that all is well.
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1')
        const body = JSON.stringify({
          status: 'ok',
          pid: process.pid,
          version: '1',
          stateFolder: '/',
          startedAt: '',
          streams: 0,
          problems: [],
        })
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nx-openclaw-proof: AAAA\r\n\r\n${body}`)
      })
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    context.onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    for (let round = 0; round < sizeOf('L-09') / 2; round += 1) {
      const second = await home.run(['gateway', round % 2 === 0 ? 'run' : 'start', '--port', String(port)])
      expect(second).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`Port ${port} is in use by another program.`),
      })
      // The lease of a gateway says that the stranger is one: this process, which lives, at that port.
      await leaveLease(home, { pid: process.pid, port, startedAt: new Date().toISOString() }, 15_000)
      const stop = await home.run(['gateway', 'stop'])
      expect(stop).toMatchObject({ code: 1, stderr: expect.stringContaining('it was left alone') })
      await leaveLease(home, { pid: process.pid, port: 1, startedAt: '2020-01-01T00:00:00Z' }, 1)
    }
    expect(heard).toContain('GET /health')
    expect(heard).not.toContain(token)
    expect(heard.toLowerCase()).not.toContain('authorization')
    expect(server.listening).toBe(true)
  },
)

const V1 = readFileSync(resolve(import.meta.dirname, 'fixtures/state-v1.sql'), 'utf8')
const ROWS = 2_000

/** As version 1 has left it, with rows. */
function earlier({ onTestFinished }: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-earlier-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'state.db')
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA journal_mode = WAL; ${V1}`)
  database.exec('BEGIN')
  const insert = database.prepare(`INSERT INTO attempts (started_at, attempt_id, request_id, provider, model, outcome)
    VALUES (?, ?, 'request', 'acme', 'large', 'answered')`)
  for (let row = 0; row < ROWS; row += 1) insert.run(1_700_000_000_000 + row, `attempt-${row}`)
  database.exec(
    "INSERT INTO counts VALUES ('2026-03-14', 'acme:default', 41); INSERT INTO notes VALUES ('key', '中文'); COMMIT",
  )
  database.close()
  return path
}

function found(path: string): { readonly version: unknown; readonly rows: unknown; readonly whole: unknown } {
  const database = new DatabaseSync(path, { readOnly: true })
  const one = (sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0]
  const seen = {
    version: one('PRAGMA user_version'),
    rows: one('SELECT count(*) FROM attempts'),
    whole: one('PRAGMA integrity_check'),
  }
  database.close()
  return seen
}

it.concurrent('L-10 brings state.db of an earlier version up to date with all that it holds, and keeps a copy', async (context) => {
  const path = earlier(context)
  const state = await openInlineState({ path, clock: systemClock })
  context.onTestFinished(() => state.close())
  expect(await state.notes.get('key')).toBe('中文')
  expect(state.view.used('acme:default', '2026-03-14')).toBe(41)
  expect(await state.tokens.list()).toEqual([])
  const [row] = await state.requests.query({ limit: 1 })
  expect(row).toMatchObject({ attemptId: `attempt-${ROWS - 1}`, model: 'large' })
  expect(row).not.toHaveProperty('caller')
  expect(found(path)).toEqual({ version: LATEST_VERSION, rows: ROWS, whole: 'ok' })
  expect(found(`${path}.v1.bak`)).toEqual({ version: 1, rows: ROWS, whole: 'ok' })
  expect(statSync(`${path}.v1.bak`).mode & 0o777).toBe(0o600)
})

it.concurrent(
  'L-10 leaves state.db whole when it is killed while it brings it up to date',
  { timeout: 60_000 },
  async (context) => {
    const random = seeded(10)
    const { file, environment: env } = await children()
    let killed = 0
    for (let tries = 0; killed < sizeOf('L-10') && tries < 100; tries += 1) {
      const path = earlier(context)
      const child = spawn(process.execPath, [file('open-state'), path], { stdio: ['pipe', 'pipe', 'inherit'], env })
      const ended = once(child, 'exit')
      await once(child.stdout, 'data')
      let opened = false
      child.stdout.on('data', () => (opened = true))
      child.stdin.write('now')
      await sleep(random.below(12))
      child.kill('SIGKILL')
      await ended
      if (!opened) killed += 1
      const before = found(path)
      expect([1, LATEST_VERSION]).toContain(before.version)
      expect(before).toMatchObject({ rows: ROWS, whole: 'ok' })
      // A copy that is there is a whole one.
      if (existsSync(`${path}.v1.bak`)) expect(found(`${path}.v1.bak`)).toEqual({ version: 1, rows: ROWS, whole: 'ok' })
      else expect(before.version).toBe(1)
      const state = await openInlineState({ path, clock: systemClock })
      expect(await state.tokens.list()).toEqual([])
      await state.close()
      expect(found(path)).toEqual({ version: LATEST_VERSION, rows: ROWS, whole: 'ok' })
      expect(existsSync(`${path}.v1.bak`)).toBe(true)
    }
    expect(killed).toBe(sizeOf('L-10'))
  },
)

it.concurrent('L-10 refuses what a later version has written, and changes nothing in it', async (context) => {
  const home = house(context)
  await home.run(['gateway', 'token', 'create'])
  const path = join(home.stateFolder, 'state.db')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  const before = readFileSync(path)
  for (const words of [
    ['gateway', 'run'],
    ['gateway', 'status'],
    ['gateway', 'token', 'list'],
  ]) {
    const refused = await home.run(words)
    expect([words, refused.code]).toEqual([words, 1])
    expect(refused.stderr).toContain('a later version of openclaw has written it (schema 99')
  }
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(home.stateFolder).filter((name) => name.endsWith('.bak'))).toEqual([])
})
