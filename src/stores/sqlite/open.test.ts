import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixture, makeStore } from './fixtures/store.ts'
import { demandSqlite, openDatabase } from './open.ts'

let store: ReturnType<typeof makeStore>
let children: ChildProcess[]
beforeEach(() => {
  store = makeStore()
  children = []
})
afterEach(async () => {
  for (const each of children) each.kill('SIGKILL')
  await store.remove()
})

const open = (path = store.path): DatabaseSync => openDatabase({ path, busyMs: 1_000, checkpoints: 'by-itself' })
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8)

/** Under umask 0, which narrows nothing. */
async function child(path: string): Promise<ChildProcess> {
  const started = spawn(process.execPath, [fixture('./open-child.ts'), path], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(started)
  await once(started.stdout, 'data')
  return started
}

it.skipIf(process.platform === 'win32')('makes folder and files for their owner only, whatever the umask', async () => {
  const folder = join(store.folder, 'deep', 'er')
  await child(join(folder, 'state.db'))
  expect(readdirSync(folder).toSorted()).toEqual(['state.db', 'state.db-shm', 'state.db-wal', 'state.db-writers'])
  for (const file of ['state.db', 'state.db-shm', 'state.db-wal'])
    expect(`${file} ${modeOf(join(folder, file))}`).toBe(`${file} 600`)
  for (const each of [join(store.folder, 'deep'), folder, join(folder, 'state.db-writers')])
    expect(modeOf(each)).toBe('700')
  const [mark = ''] = readdirSync(join(folder, 'state.db-writers'))
  expect(modeOf(join(folder, 'state.db-writers', mark))).toBe('600')
})

it.skipIf(process.platform === 'win32')('narrows a file that others could read', () => {
  open().close()
  chmodSync(store.path, 0o644)
  open().close()
  expect(modeOf(store.path)).toBe('600')
})

it('lets eight processes make the same file at once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => child(store.path)))
  const database = open()
  expect(database.prepare('SELECT used FROM counts').get()?.['used']).toBe(8)
  expect(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']).toBe('ok')
  database.close()
  expect(readdirSync(store.folder).filter((name) => name.includes('-new-'))).toEqual([])
})

it('lies where a path holds blanks, Chinese and marks of an URL', () => {
  const path = join(store.folder, '中 文?#%41', 'state.db')
  open(path).close()
  expect(statSync(path).size).toBeGreaterThan(0)
})

it('refuses a file that a later version has written, and changes nothing in it', () => {
  const database = open()
  database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  expect(() => open()).toThrow(expect.objectContaining({ code: 'file-unusable', problem: 'too-new' }))
  const later = new DatabaseSync(store.path)
  expect(later.prepare('PRAGMA user_version').get()?.['user_version']).toBe(99)
  later.close()
})

it('uses an empty file that is there already', () => {
  writeFileSync(store.path, '')
  open().close()
  expect(statSync(store.path).size).toBeGreaterThan(0)
})

it('says that a folder in its place cannot be used', () => {
  mkdirSync(store.path)
  expect(() => open()).toThrow(expect.objectContaining({ code: 'state-unwritable' }))
})

it.each(['3.51.2', '3.50.7', '3.7.0'])(
  'refuses SQLite %s, which can lose what several writers have written',
  (version) => {
    expect(() => demandSqlite(version, store.path)).toThrow(/3\.51\.3 or later/)
  },
)

it.each(['3.51.3', '3.53.4', '4.0.0'])('takes SQLite %s', (version) => {
  expect(() => demandSqlite(version, store.path)).not.toThrow()
})
