/** What a command loads before it does its work: milliseconds differ by machine and moment, this does not. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launcher, newHouse, type House } from './support/house.ts'

let house: House
beforeEach(() => {
  house = newHouse()
})
afterEach(() => house.leave())

/** Each of these costs 1 to 10 ms, which no command pays that does not use it (docs/performance.md). */
const DEAR = ['net', 'http', 'tls', 'crypto', 'stream', 'fs/promises', 'child_process', 'worker_threads', 'readline']

interface Run {
  readonly status: number | null
  /** Of Node's own modules, those that the program has at its end. */
  readonly modules: ReadonlySet<string>
}

function runOf(program: readonly string[]): Run {
  const told = join(house.home, 'modules.json')
  const tell = join(house.home, 'tell.cjs')
  writeFileSync(
    tell,
    `const { writeFileSync } = require('node:fs')
    process.on('exit', () => writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.moduleLoadList)))`,
  )
  rmSync(told, { force: true })
  const { status } = spawnSync(process.execPath, ['-r', tell, ...program], { env: house.environment, stdio: 'ignore' })
  const names = JSON.parse(readFileSync(told, 'utf8')) as readonly string[]
  return { status, modules: new Set(names.map((name) => name.replace(/^NativeModule /, ''))) }
}

const dearOf = ({ modules }: Run): readonly string[] => DEAR.filter((name) => modules.has(name))

describe('what only some commands need of Node is not loaded', () => {
  it.each([
    ['--version', 0],
    ['--help', 0],
    ['models status --json', 0],
    ['models fallbacks list --json', 0],
    ['config get --json', 0],
    ['config validate --json', 0],
    ['plugins list --json', 0],
    // None is running.
    ['gateway status --json', 1],
    ['gateway token list --json', 0],
  ])('by `openclaw %s`', (words, status) => {
    const run = runOf([launcher, ...words.split(' ')])
    expect(run.status).toBe(status)
    expect(dearOf(run)).toEqual([])
    expect(run.modules).not.toContain('sqlite')
  })

  it('by a command that finds state and a key', async () => {
    house.settings({ models: { providers: { x: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k', models: ['m'] } } } })
    await house.run(['gateway', 'token', 'create'])
    const run = runOf([launcher, 'models', 'status', '--json'])
    expect(run.status).toBe(0)
    expect(dearOf(run)).toEqual([])
  })

  it('unless a login is there, whose token is known by its hash', () => {
    house.settings({
      plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
      models: { providers: { 'qwen-portal': { accessToken: 'a', refreshToken: 'r', expiresAt: '2040-01-01' } } },
    })
    expect(dearOf(runOf([launcher, 'models', 'status', '--json']))).toEqual(['crypto', 'stream'])
  })
})

it('is compiled once: the machine code lies beside the build, and goes with it', async () => {
  const cache = resolve(launcher, '../../dist/cache')
  rmSync(cache, { recursive: true, force: true })
  await house.run(['models', 'status', '--json'])
  expect(readdirSync(cache)).toHaveLength(1)
})
