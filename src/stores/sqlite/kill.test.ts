import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DAY, order } from './fixtures/orders.ts'
import { fixture, makeStore, type Store } from './fixtures/store.ts'
import { openInlineState } from './inline.ts'
import { openDatabase } from './open.ts'

/** The child's lanes, each with one promise under way. */
const UNDER_WAY = 8
const KILLS_A_FILE = 10

describe.concurrent('a process that is killed at any moment', () => {
  it('loses nothing that it was told is written, with a writer thread (50 kills)', { timeout: 180_000 }, () =>
    killAndLook('threaded', 50),
  )
  it('loses nothing that it was told is written, inline (50 kills)', { timeout: 180_000 }, () =>
    killAndLook('inline', 50),
  )
})

async function killAndLook(mode: 'threaded' | 'inline', kills: number): Promise<void> {
  for (let files = 0; files < kills / KILLS_A_FILE; files += 1) {
    const store = makeStore()
    const said = join(store.folder, 'said')
    appendFileSync(said, '')
    // One who goes on living beside the killed ones, with a row of its own under way.
    const bystander = await openInlineState(store)
    store.opened.push(bystander)
    const living = order()
    await bystander.ledger.reserve(living)

    let seen: Found = { used: 1, said: { reserved: [], settled: [], noted: [] } }
    for (let kill = 0; kill < KILLS_A_FILE; kill += 1) {
      await startAndKill(mode, store, said)
      seen = await look(store, said, seen, living.row.attemptId)
    }
    await store.remove()
  }
}

async function startAndKill(mode: string, store: Store, said: string): Promise<void> {
  const before = statSync(said).size
  const child = spawn(process.execPath, [fixture('./kill-child.ts'), mode, store.path, said], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  while (statSync(said).size === before && child.exitCode === null) await sleep(2)
  await sleep(Math.random() * 150)
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}

interface Found {
  readonly used: number
  readonly said: Readonly<Record<'reserved' | 'settled' | 'noted', readonly string[]>>
}

async function look(store: Store, saidPath: string, before: Found, living: string): Promise<Found> {
  const database = openDatabase({ path: store.path, busyMs: 5_000, checkpoints: 'by-itself' })
  expect(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']).toBe('ok')

  // Opening settles the dead: of all that were killed none is open, the living one is.
  const later = await openInlineState(store)
  await later.notes.get('any')
  const columns = database.prepare("SELECT attempt_id AS id FROM attempts WHERE outcome = 'open'").all()
  expect(columns.map(({ id }) => id)).toEqual([living])

  const said = readSaid(saidPath)
  const used = later.view.used(order().account, DAY)
  const acknowledged = said.reserved.length - before.said.reserved.length
  expect(used - before.used).toBeGreaterThanOrEqual(acknowledged)
  expect(used - before.used).toBeLessThanOrEqual(acknowledged + UNDER_WAY)
  expect(database.prepare('SELECT count(*) AS rows FROM attempts WHERE days NOT NULL').get()?.['rows']).toBe(used)

  const known = (sql: string): Set<unknown> =>
    new Set(
      database
        .prepare(sql)
        .all()
        .map(({ id }) => id),
    )
  expect(missing(said.reserved, known('SELECT attempt_id AS id FROM attempts'))).toEqual([])
  expect(missing(said.settled, known("SELECT attempt_id AS id FROM attempts WHERE outcome = 'answered'"))).toEqual([])
  expect(missing(said.noted, known("SELECT key AS id FROM notes WHERE value ->> 'key' = key"))).toEqual([])
  await later.close()
  database.close()
  return { used, said }
}

function readSaid(path: string): Found['said'] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const after = (word: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []))
  return { reserved: after('reserved'), settled: after('settled'), noted: after('noted') }
}

function missing(said: readonly string[], known: ReadonlySet<unknown>): readonly string[] {
  return said.filter((id) => !known.has(id))
}
