import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { State } from '../../core/ports.ts'
import { stateContract } from './contract.ts'
import { StateUnwritableError } from './errors.ts'
import { answered, attempt, order } from './fixtures/orders.ts'
import { contractStore, makeStore } from './fixtures/store.ts'
import { openInlineState } from './inline.ts'

stateContract('inline', () => contractStore(openInlineState))

describe('inline', () => {
  let store: ReturnType<typeof makeStore>
  beforeEach(() => {
    store = makeStore()
  })
  afterEach(() => store.remove())

  const open = async (path = store.path, busyMs = 5_000): Promise<State> => {
    const state = await openInlineState({ path, clock: store.clock, busyMs })
    store.opened.push(state)
    return state
  }

  it('leaves no trace when it is only asked', async () => {
    const state = await open(join(store.folder, 'sub', 'state.db'))
    expect(await state.ledger.counts('2026-03-14')).toEqual([])
    expect(await state.cooldowns.list()).toEqual([])
    expect(await state.requests.query({ limit: 9 })).toEqual([])
    expect(await state.leases.read('key')).toBeUndefined()
    expect(await state.notes.get('key')).toBeUndefined()
    expect(state.view.used('acme:default', '2026-03-14')).toBe(0)
    expect(state.view.rest('account acme:default')).toBeUndefined()
    expect(state.view.writable()).toBe(true)
    await state.close()
    expect(readdirSync(store.folder)).toEqual([])
  })

  it('sees a file that another process has made since', async () => {
    const state = await open()
    expect(await state.notes.get('key')).toBeUndefined()
    await (await open()).notes.put('key', 'value')
    expect(await state.notes.get('key')).toBe('value')
  })

  it.runIf(process.platform !== 'win32')(
    'answers from a folder that may only be read, and says what it cannot write',
    async () => {
      const before = await open()
      await before.notes.put('key', 'value')
      await before.ledger.reserve(order())
      await before.close()
      chmodSync(store.path, 0o444)
      chmodSync(store.folder, 0o555)
      await asStranger(async () => {
        const state = await open()
        expect(await state.notes.get('key')).toBe('value')
        expect(state.view.used('acme:default', '2026-03-14')).toBe(1)
        expect(await state.leases.read('gateway')).toBeUndefined()
        expect(state.view.writable()).toBe(false)
        await expect(state.notes.put('key', 'other')).rejects.toBeInstanceOf(StateUnwritableError)
        expect(await state.notes.get('key')).toBe('value')
        await state.close()
      })
      chmodSync(store.folder, 0o755)
      expect(readdirSync(store.folder)).not.toContain('state.db-wal')
    },
  )

  it('leaves nothing beside state.db but an empty folder once it is closed', async () => {
    const state = await open()
    await state.ledger.reserve(order())
    await state.close()
    expect(readdirSync(store.folder)).toEqual(['state.db', 'state.db-writers'])
    expect(readdirSync(join(store.folder, 'state.db-writers'))).toEqual([])
  })

  it('refuses what must be counted while a peer holds the lock, and the row of an answer is given up', async () => {
    const state = await open(store.path, 20)
    await state.notes.put('key', 'value')
    const peer = new DatabaseSync(store.path)
    peer.exec('BEGIN IMMEDIATE')
    await expect(state.ledger.reserve(order())).rejects.toBeInstanceOf(StateUnwritableError)
    expect(state.view.writable()).toBe(false)
    await state.ledger.settle(answered(attempt()), { refund: false })
    expect(await state.notes.get('key')).toBe('value')
    peer.close()
    expect((await state.ledger.reserve(order())).kind).toBe('reserved')
    expect(state.view.writable()).toBe(true)
  })

  it('refuses a damaged file by its path and leaves it as it is', async () => {
    writeFileSync(store.path, 'not a database, by a wide margin '.repeat(200))
    const before = readFileSync(store.path)
    const state = await open()
    await expect(state.notes.get('key')).rejects.toMatchObject({
      code: 'file-unusable',
      problem: 'corrupt',
      message: expect.stringContaining(store.path),
    })
    await expect(state.notes.put('key', 'value')).rejects.toMatchObject({ problem: 'corrupt' })
    expect(readFileSync(store.path)).toEqual(before)
    expect(existsSync(`${store.path}-wal`)).toBe(false)
  })
})

/** Root may write anywhere, so that it is somebody else for a while. */
async function asStranger(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(1)
  return work().finally(() => process.seteuid?.(0))
}
