/** A process in the background: apart from us, its words in a log of ours. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startInBackground, type BackgroundProcess } from './background.ts'
import { isAlive } from './instance.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-background-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

function started(program: string, words: readonly string[] = []): BackgroundProcess & { readonly log: string } {
  const launcher = join(folder, 'launcher.mjs')
  writeFileSync(launcher, program)
  const log = join(folder, 'state', 'gateway.log')
  const environment = { ...process.env, ASKED: 'yes' }
  const child = startInBackground({ launcher, arguments: words, environment, log })
  onTestFinished(() => {
    if (isAlive(child.pid)) process.kill(child.pid, 'SIGKILL')
  })
  return { ...child, log }
}

const ENDLESS = 'setInterval(() => {}, 1_000)'

describe('a process in the background', () => {
  it('runs this very Node with its words and environment, and logs to a file for us alone', async () => {
    const child = started(
      'console.log(process.execPath, process.argv.slice(2).join(), process.env.ASKED); console.error("said aloud")',
      ['gateway', 'run'],
    )
    expect(await child.ended).toBe(0)
    expect(readFileSync(child.log, 'utf8')).toBe(`${process.execPath} gateway,run yes\nsaid aloud\n`)
    expect(statSync(child.log).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700)
  })

  it('adds to the log of the one before', async () => {
    await started('console.log(1)').ended
    const child = started('console.log(2)')
    await child.ended
    expect(readFileSync(child.log, 'utf8')).toBe('1\n2\n')
  })

  it('stays in our folder, so that relative paths in the environment mean the same', async () => {
    const child = started('console.log(process.cwd())')
    await child.ended
    expect(readFileSync(child.log, 'utf8').trim()).toBe(realpathSync(process.cwd()))
  })

  it.runIf(process.platform === 'linux')('leaves no file of its memory when it crashes', async () => {
    const child = started(
      'import { readFileSync } from "node:fs"; console.log(readFileSync("/proc/self/limits", "utf8"))',
    )
    await child.ended
    expect(readFileSync(child.log, 'utf8')).toMatch(/^Max core file size +0 +0 /m)
  })

  it('leads a group of its own, which a Ctrl-C in our terminal does not reach', async () => {
    const child = started(ENDLESS)
    expect(isAlive(child.pid)).toBe(true)
    // Throws ESRCH unless there is a group under its number.
    expect(process.kill(-child.pid, 0)).toBe(true)
    child.letGo()
    process.kill(child.pid, 'SIGKILL')
    await vi.waitFor(() => expect(isAlive(child.pid)).toBe(false))
  })

  it('tells the error of its own, and never one of the process before', async () => {
    const failing = started('console.error("Error: the port is taken"); process.exit(1)')
    await failing.ended
    expect(await failing.lastError()).toBe('the port is taken')
    const silent = started('process.exit(1)')
    await silent.ended
    expect(await silent.lastError()).toBeUndefined()
  })

  it('keeps a log that has grown long once, beside a new one', async () => {
    const first = started('console.log("first")')
    await first.ended
    writeFileSync(first.log, 'x'.repeat(1_048_577))
    const second = started('console.log("second")')
    await second.ended
    expect(readFileSync(second.log, 'utf8')).toBe('second\n')
    expect(statSync(`${second.log}.old`).size).toBe(1_048_577)
  })

  it('that fails is heard of, with its code and its last words', async () => {
    const child = started('console.error("no such port"); process.exit(3)')
    expect(await child.ended).toBe(3)
    expect(readFileSync(child.log, 'utf8')).toBe('no such port\n')
  })
})
