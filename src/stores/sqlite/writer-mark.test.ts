import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixture, makeStore } from './fixtures/store.ts'
import { takeMark, writerLives } from './writer-mark.ts'

let store: ReturnType<typeof makeStore>
let living: ChildProcess
beforeEach(async () => {
  store = makeStore()
  living = spawn(process.execPath, [fixture('./open-child.ts'), store.path], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (living.stdout) await once(living.stdout, 'data')
})
afterEach(async () => {
  living.kill('SIGKILL')
  await store.remove()
})

const marks = (): string[] => readdirSync(join(store.folder, 'state.db-writers'))

it('knows a process that lives from one that was killed', async () => {
  const [id = ''] = marks()
  expect(writerLives(store.path, id)).toBe(true)
  living.kill('SIGKILL')
  await once(living, 'exit')
  expect(writerLives(store.path, id)).toBe(false)
  expect(marks()).toEqual([])
})

it.skipIf(process.platform === 'win32')('takes a process that is stopped for one that lives', () => {
  const [id = ''] = marks()
  living.kill('SIGSTOP')
  expect(writerLives(store.path, id)).toBe(true)
  living.kill('SIGCONT')
})

it('knows its own openings apart, in one process', () => {
  const one = takeMark(store.path, 'one')
  const two = takeMark(store.path, 'two')
  expect(writerLives(store.path, 'one')).toBe(true)
  expect(writerLives(store.path, 'one')).toBe(true)
  one.release()
  expect(writerLives(store.path, 'one')).toBe(false)
  expect(writerLives(store.path, 'two')).toBe(true)
  two.release()
  expect(marks()).toHaveLength(1)
})

it('takes a mark that an earlier opening has left behind', () => {
  writeFileSync(join(store.folder, 'state.db-writers', 'left'), '')
  const mark = takeMark(store.path, 'left')
  expect(writerLives(store.path, 'left')).toBe(true)
  mark.release()
})
