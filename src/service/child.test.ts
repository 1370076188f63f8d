/** A process that lives as long as we do. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startChild, type Child } from './child.ts'
import { isAlive } from './instance.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-child-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

function program(text: string): string {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, text)
  return file
}

async function started(text: string, words: readonly string[] = []): Promise<Child> {
  const child = await startChild({ file: program(text), arguments: words, environment: process.env })
  onTestFinished(() => child.stop(0))
  return child
}

describe('a child process', () => {
  it('is there once it has said its first line', async () => {
    const child = await started(
      'console.log("here", ...process.argv.slice(2)); console.log("more"); setInterval(() => {}, 1e3)',
      ['a'],
    )
    expect(child.firstLine).toBe('here a')
    expect(isAlive(child.pid)).toBe(true)
  })

  it('that ends before its first line rejects with all of its last words', async () => {
    for (let round = 0; round < 5; round++) {
      const ended = started('process.stderr.write("port 1 is in use\\n" + "x".repeat(100)); process.exitCode = 1')
      await expect(ended).rejects.toThrow(/^port 1 is in use\nx{100}$/)
    }
    await expect(started('')).rejects.toThrow('it ended without a word')
  })

  it('loses the label of its error, which whoever tells it puts before it again', async () => {
    await expect(started('console.error("Error: port 1 is in use"); process.exitCode = 1')).rejects.toThrow(
      /^port 1 is in use$/,
    )
  })

  it('may talk on without being heard, and never waits for us', async () => {
    const child = await started(
      'console.log("first"); for (let n = 0; n < 2_000; n++) { console.log("x".repeat(200)); console.error("y".repeat(200)) } process.exitCode = 7',
    )
    expect(await child.ended).toBe(7)
  })

  it('is stopped kindly, and is gone then', async () => {
    const child = await started(
      'process.on("SIGTERM", () => process.exit(5)); console.log("up"); setInterval(() => {}, 1e3)',
    )
    await child.stop()
    expect(await child.ended).toBe(5)
    await child.stop()
  })

  it('is killed when it does not listen', async () => {
    const child = await started('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1e3)')
    await child.stop(50)
    expect(await child.ended).toBeNull()
    expect(isAlive(child.pid)).toBe(false)
  })

  it('learns from the end of its stdin that we were killed', async () => {
    const grandchild = program(
      'process.stdin.resume().on("end", () => process.exit()); console.log(process.pid); setInterval(() => {}, 1e3)',
    )
    const parent = `
      import { startChild } from ${JSON.stringify(new URL('child.ts', import.meta.url).href)}
      const child = await startChild({ file: ${JSON.stringify(grandchild)}, arguments: [], environment: process.env })
      console.log(child.firstLine)`
    const us = spawn(process.execPath, ['--input-type=module', '-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(us.stdout, 'data')) as [Buffer]
    const pid = Number(said.toString())
    expect(isAlive(pid)).toBe(true)
    us.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 })
  })
})
