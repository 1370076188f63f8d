import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restKey, type Rest } from '../../core/failure.ts'
import { stateContract } from './contract.ts'
import { StateUnwritableError } from './errors.ts'
import { answered, attempt, order } from './fixtures/orders.ts'
import { contractStore, fixture, makeStore, WRITER_FILE, type Store } from './fixtures/store.ts'
import { openInlineState } from './inline.ts'
import { openThreadedState, type ThreadedOptions, type ThreadedState } from './threaded.ts'

stateContract('threaded', () =>
  contractStore((store) => openThreadedState({ ...store, workerFile: WRITER_FILE, pollMs: 20 })),
)

describe('threaded', () => {
  let store: Store & { readonly opened: { close(): Promise<void> }[] }
  beforeEach(() => {
    store = makeStore()
  })
  afterEach(() => store.remove())

  const open = async (options: Partial<ThreadedOptions> = {}): Promise<ThreadedState> => {
    const state = await openThreadedState({ ...store, workerFile: WRITER_FILE, pollMs: 20, ...options })
    store.opened.push(state)
    return state
  }
  /** A peer that holds the write lock. */
  const lock = (): DatabaseSync => {
    const peer = new DatabaseSync(store.path)
    store.opened.push({ close: () => Promise.resolve(peer.isOpen ? peer.close() : undefined) })
    peer.exec('BEGIN IMMEDIATE')
    return peer
  }
  const healed = (state: ThreadedState): Promise<void> =>
    expect.poll(() => state.health(), { timeout: 5_000, interval: 5 }).toMatchObject({ writable: true, waitingRows: 0 })

  it('sees the counts of another process within a second when it looks twice a second', async () => {
    const state = await open({ pollMs: 500 })
    const other = await openInlineState(store)
    store.opened.push(other)
    const wanted = order()
    await other.ledger.reserve(wanted)
    await expect.poll(() => state.view.used(wanted.account, '2026-03-14'), { timeout: 1_000, interval: 5 }).toBe(1)
  })

  it('never keeps the calling thread waiting for the lock of a peer', async () => {
    const state = await open()
    const peer = lock()
    let longest = 0
    let last = performance.now()
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const reservation = state.ledger.reserve(order())
    await sleep(300)
    peer.exec('COMMIT')
    expect((await reservation).kind).toBe('reserved')
    clearInterval(beat)
    expect(longest).toBeLessThan(150)
  })

  it('is not starved by a peer that writes without pause', async () => {
    const state = await open({ busyMs: 1_000 })
    const said = join(store.folder, 'said')
    writeFileSync(said, '')
    const peer = spawn(process.execPath, [fixture('./kill-child.ts'), 'inline', store.path, said], { stdio: 'inherit' })
    await expect.poll(() => statSync(said).size, { timeout: 5_000, interval: 5 }).toBeGreaterThan(0)
    for (let round = 0; round < 50; round += 1) {
      expect((await state.ledger.reserve(order({ limit: 1_000_000 }))).kind).toBe('reserved')
    }
    peer.kill('SIGKILL')
    await once(peer, 'exit')
  })

  it('writes what is queued before it closes', async () => {
    const state = await open()
    const { row } = await reserve(state)
    void state.ledger.settle(answered(row), { refund: false })
    void state.ledger.settle(answered(attempt()), { refund: false })
    await state.close()
    const later = await open()
    expect((await later.requests.query({ limit: 9 })).map(({ outcome }) => outcome)).toEqual(['answered', 'answered'])
  })

  it('counts into the file that others read after state.db was removed', async () => {
    const state = await open()
    await reserve(state)
    rmSync(store.path)
    rmSync(`${store.path}-wal`)
    rmSync(`${store.path}-shm`)
    await expect.poll(() => existsSync(store.path), { timeout: 1_000, interval: 5 }).toBe(true)
    await reserve(state)
    const other = await openInlineState(store)
    store.opened.push(other)
    expect(await other.ledger.counts('2026-03-14')).toMatchObject([{ used: 1 }])
  })

  describe('while state.db cannot be written', () => {
    it('refuses what must be counted, says why, and goes on by itself once it can', async () => {
      const state = await open({ busyMs: 20 })
      const peer = lock()
      await expect(state.ledger.reserve(order())).rejects.toBeInstanceOf(StateUnwritableError)
      expect(state.view.writable()).toBe(false)
      expect(state.health()).toMatchObject({ writable: false, reason: expect.stringContaining('locked') })
      await expect(state.ledger.reserve(order())).rejects.toMatchObject({ code: 'state-unwritable' })
      await expect(state.notes.put('key', 'value')).rejects.toBeInstanceOf(StateUnwritableError)
      peer.exec('COMMIT')
      await healed(state)
      expect(state.view.writable()).toBe(true)
      await reserve(state)
      expect(await state.ledger.counts('2026-03-14')).toMatchObject([{ used: 1 }])
    })

    it('keeps the rows of finished requests and writes them later', async () => {
      const state = await open({ busyMs: 20 })
      const { row } = await reserve(state)
      const peer = lock()
      await state.ledger.settle(answered(row), { refund: false })
      await state.ledger.settle(answered(attempt()), { refund: false })
      expect(state.health()).toMatchObject({ writable: false, waitingRows: 2, droppedRows: 0 })
      peer.exec('COMMIT')
      await healed(state)
      expect((await state.requests.query({ limit: 9 })).map(({ outcome }) => outcome)).toEqual(['answered', 'answered'])
    })

    it('keeps a thousand rows, the newest, and tells how many were given up', async () => {
      const state = await open({ busyMs: 20 })
      const peer = lock()
      const rows = Array.from({ length: 1_005 }, () => answered(attempt()))
      for (const row of rows) await state.ledger.settle(row, { refund: false })
      expect(state.health()).toMatchObject({ waitingRows: 1_000, droppedRows: 5 })
      peer.exec('COMMIT')
      await healed(state)
      const kept = await state.requests.query({ limit: 2_000 })
      expect(kept).toHaveLength(1_000)
      expect(kept[0]?.attemptId).toBe(rows.at(-1)?.attemptId)
    })

    it('still answers questions', async () => {
      const state = await open({ busyMs: 20 })
      await state.notes.put('key', 'value')
      lock()
      await expect(state.notes.put('key', 'other')).rejects.toBeInstanceOf(StateUnwritableError)
      expect(await state.notes.get('key')).toBe('value')
    })

    it('holds to a rest at once, and stores it later', async () => {
      const state = await open({ busyMs: 20 })
      const peer = lock()
      const stored = state.cooldowns.put(resting)
      expect(state.view.rest(restKey(resting))).toEqual(resting)
      await stored
      expect(await state.cooldowns.list()).toEqual([resting])
      peer.exec('COMMIT')
      await healed(state)
      const other = await openInlineState(store)
      store.opened.push(other)
      expect(await other.cooldowns.list()).toEqual([resting])
    })

    it('counts nothing for a reservation that it refused', async () => {
      const state = await open({ busyMs: 20, workerFile: fixture('./crashing-writer.ts') })
      const refused = state.ledger.reserve(order())
      await expect(Promise.all([refused, state.notes.put('die', '')])).rejects.toBeInstanceOf(StateUnwritableError)
      await healed(state)
      expect(state.view.used('acme:default', '2026-03-14')).toBe(0)
      expect((await state.requests.query({ limit: 9 })).map(({ outcome }) => outcome)).not.toContain('open')
    })

    it('opens all the same, and uses it once it can', async () => {
      const obstacle = join(store.folder, 'sub')
      writeFileSync(obstacle, 'a file where the folder should be')
      const path = join(obstacle, 'state.db')
      const state = await open({ path })
      expect(state.view.writable()).toBe(false)
      await state.ledger.settle(answered(attempt()), { refund: false })
      await expect(state.ledger.reserve(order())).rejects.toBeInstanceOf(StateUnwritableError)
      rmSync(obstacle)
      await healed(state)
      expect(existsSync(dirname(path))).toBe(true)
      expect(await state.requests.query({ limit: 9 })).toHaveLength(1)
    })

    it('closes without hanging, and tells what it had to give up', async () => {
      const state = await open({ busyMs: 20 })
      lock()
      await state.ledger.settle(answered(attempt()), { refund: false })
      await state.close()
      expect(state.health()).toMatchObject({ waitingRows: 0, droppedRows: 1 })
    })
  })

  describe('when the writer thread dies', () => {
    it('starts another, which knows the rows of this process as its own', async () => {
      const state = await open({ workerFile: fixture('./crashing-writer.ts') })
      const { row } = await reserve(state)
      await expect(state.notes.put('die', '')).rejects.toThrow('the writer thread ended')
      expect(state.health()).toMatchObject({ writable: false })
      await healed(state)
      expect((await state.requests.query({ limit: 9 }))[0]?.outcome).toBe('open')
      await state.ledger.settle(answered(row), { refund: false })
      expect((await state.requests.query({ limit: 9 }))[0]?.outcome).toBe('answered')
    })

    it('loses no row that was under way', async () => {
      const state = await open({ workerFile: fixture('./crashing-writer.ts') })
      const settled = state.ledger.settle(answered(attempt()), { refund: false })
      await expect(state.notes.put('die', '')).rejects.toBeInstanceOf(StateUnwritableError)
      await settled
      await healed(state)
      expect(await state.requests.query({ limit: 9 })).toHaveLength(1)
    })
  })

  it('refuses a damaged file by its path and leaves it as it is', async () => {
    writeFileSync(store.path, 'not a database, by a wide margin '.repeat(200))
    const before = readFileSync(store.path)
    await expect(open()).rejects.toMatchObject({ problem: 'corrupt', message: expect.stringContaining(store.path) })
    expect(readFileSync(store.path)).toEqual(before)
  })

  it('says so when the thread cannot start at all', async () => {
    await expect(open({ workerFile: join(store.folder, 'missing.js') })).rejects.toBeInstanceOf(StateUnwritableError)
  })
})

const resting: Rest = {
  scope: 'model',
  provider: 'acme',
  model: 'acme-large',
  kind: 'overload',
  evidence: 'HTTP 529',
  since: new Date('2026-03-14T12:00:00Z'),
  until: new Date('2026-03-14T12:00:15Z'),
}

async function reserve(state: ThreadedState): Promise<ReturnType<typeof order>> {
  const wanted = order()
  expect((await state.ledger.reserve(wanted)).kind).toBe('reserved')
  return wanted
}
