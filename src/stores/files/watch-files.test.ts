/** A change noticed, however it was made. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchFiles } from './watch-files.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-watch-'))
  path = join(folder, 'openclaw.json')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

/** `pollMs` without a number: the watch alone has to notice. */
function watched(paths: readonly string[], { debounceMs = 20, pollMs = 3_600_000 } = {}) {
  let changes = 0
  const stop = watchFiles(paths, () => (changes += 1), { debounceMs, pollMs })
  onTestFinished(stop)
  return {
    stop,
    count: () => changes,
    noticed: (atLeast = 1) => vi.waitFor(() => expect(changes).toBeGreaterThanOrEqual(atLeast), { timeout: 5_000 }),
  }
}

const pause = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))
const replace = (text: string): void => {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

describe('a watched file', () => {
  it('is noticed when another takes its place, again and again', async () => {
    writeFileSync(path, 'one')
    const { noticed, count } = watched([path])
    replace('two')
    await noticed()
    await pause(50)
    const before = count()
    replace('three')
    await noticed(before + 1)
  })

  it('is noticed when it is written in place, made, and removed', async () => {
    const { noticed, count } = watched([path])
    for (const change of [() => writeFileSync(path, 'one'), () => writeFileSync(path, 'two'), () => rmSync(path)]) {
      await pause(50)
      const before = count()
      change()
      await noticed(before + 1)
    }
  })

  it('is told of once for a save that comes in pieces', async () => {
    writeFileSync(path, '')
    const { noticed, count } = watched([path], { debounceMs: 150 })
    for (let piece = 0; piece < 10; piece++) writeFileSync(path, String(piece), { flag: 'a' })
    await noticed()
    await pause(200)
    expect(count()).toBe(1)
  })

  it('is noticed by its size and time where the folder cannot be watched', async () => {
    const later = join(folder, 'not-there-yet', 'openclaw.json')
    const { noticed } = watched([later], { pollMs: 10 })
    await pause(50)
    mkdirSync(join(folder, 'not-there-yet'))
    writeFileSync(later, 'one')
    await noticed()
  })

  it('is not told of for its neighbours', async () => {
    const { count } = watched([path], { pollMs: 10 })
    await pause(30)
    for (let write = 0; write < 5; write++) writeFileSync(join(folder, 'state.db-wal'), String(write))
    await pause(100)
    expect(count()).toBe(0)
  })

  it('is told of no more after the end', async () => {
    const { stop, count } = watched([path], { pollMs: 5 })
    writeFileSync(path, 'one')
    stop()
    writeFileSync(path, 'two')
    await pause(100)
    expect(count()).toBe(0)
  })
})
