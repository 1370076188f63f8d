/** What goes to stdout and stderr, whatever they are: all of it, in order, and a quiet end where nobody reads. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const outlets = fileURLToPath(new URL('outlets.ts', import.meta.url))
const program = (body: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { stdout, stderr } from ${JSON.stringify(outlets)}\n${body}`,
]

function fileFor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outlets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'out')
}

describe('what is written', () => {
  it('comes whole and in order through a pipe, also where the stream takes over', () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      program(`
        stdout.write('中'.repeat(300_000))
        stderr.write('note\\n')
        stdout.stream().write('b')
        stdout.write('c\\n')
      `),
      { encoding: 'utf8', maxBuffer: 10_000_000 },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'note\n' })
    expect(stdout).toBe(`${'中'.repeat(300_000)}bc\n`)
  })

  it('comes into a file', () => {
    const file = fileFor()
    spawnSync(process.execPath, program(`stdout.write('a'); stdout.write('b\\n')`), {
      stdio: ['ignore', openSync(file, 'w'), 'inherit'],
    })
    expect(readFileSync(file, 'utf8')).toBe('ab\n')
  })

  it('waits for a slow reader', async () => {
    const child = spawn(process.execPath, program(`stdout.write('x'.repeat(1_000_000) + '\\n')`))
    await new Promise((resolve) => child.stdout.once('readable', resolve))
    let length = 0
    for await (const piece of child.stdout) length += (piece as Buffer).length
    expect(length).toBe(1_000_001)
  })
})

describe('a reader that is gone', () => {
  const wish = `setInterval(() => stdout.write('x'.repeat(100_000)), 1)`

  it('of results ends us quietly', async () => {
    const child = spawn(process.execPath, program(wish), { stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    child.stderr.on('data', (piece) => (told += String(piece)))
    child.stdout.once('data', () => child.stdout.destroy())
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, told }).toEqual({ code: 0, told: '' })
  })

  it('of notes does not stop the work', async () => {
    const child = spawn(
      process.execPath,
      program(`
        process.stdin.once('data', () => {
          stderr.write('nobody reads this\\n')
          setTimeout(() => stdout.write('done\\n'), 50)
          process.stdin.destroy()
        })
      `),
    )
    child.stderr.destroy()
    child.stdin.write('go')
    let told = ''
    child.stdout.on('data', (piece) => (told += String(piece)))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(told).toBe('done\n')
  })
})

it.runIf(existsSync('/dev/full'))('tells of a disk that is full', () => {
  const { status, stderr } = spawnSync(process.execPath, program(`stdout.write('a\\n')`), {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  })
  expect(status).not.toBe(0)
  expect(stderr).toContain('ENOSPC')
})

it('is no screen where it is a pipe, a file or nowhere', () => {
  const shown = program(`stderr.write(JSON.stringify([stdout.screen, stderr.screen]))`)
  for (const stdout of ['pipe', 'ignore', openSync(fileFor(), 'w')] as const) {
    const { stderr } = spawnSync(process.execPath, shown, { stdio: ['ignore', stdout, 'pipe'], encoding: 'utf8' })
    expect(JSON.parse(stderr)).toEqual([{}, {}])
  }
})
