/** How long a command takes that does nearly nothing, and a gateway until it listens. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../src/service/free-port.ts'
import { median, say } from './figures.ts'
import { startProcess } from './processes.ts'

export interface BenchHouse {
  readonly launcher: string
  /** Removed in the end. */
  readonly folder: string
}

/** Alternated, so that a busy moment hits all of them. */
export function coldStart(house: BenchHouse): void {
  const { launcher, folder } = house
  const env = { ...process.env, OPENCLAW_STATE_DIR: join(folder, 'nothing') }
  const used = { ...process.env, OPENCLAW_STATE_DIR: usedFolder(house) }
  const status = [launcher, 'models', 'status', '--json']
  const commands: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv, number?])[] = [
    ['node -e 0', ['-e', '0'], env],
    ['openclaw --version', [launcher, '--version'], env],
    ['openclaw models status --json', status, env],
    ['openclaw models status --json, with a login and its state', status, used],
    ['openclaw config get --json', [launcher, 'config', 'get', '--json'], env],
    ['openclaw gateway status --json, none running', [launcher, 'gateway', 'status', '--json'], env, 1],
    ['openclaw plugins list --json', [launcher, 'plugins', 'list', '--json'], env],
    ['openclaw models list --json', [launcher, 'models', 'list', '--json'], env],
  ]
  const times = new Map(commands.map(([name]) => [name, [] as number[]]))
  for (let round = 0; round < 21; round += 1) {
    for (const [name, words, environment, expected = 0] of commands) {
      const begun = performance.now()
      const { status: code } = spawnSync(process.execPath, words, { env: environment, stdio: 'ignore' })
      if (code !== expected) throw new Error(`${name}: exit ${code}`)
      times.get(name)?.push(performance.now() - begun)
    }
  }
  const bare = median(times.get('node -e 0') ?? [])
  for (const [name, all] of times)
    say(name, `${median(all).toFixed(0)} ms`, `${(median(all) / bare).toFixed(2)} x a bare node`)
}

/** Settings, a login that needs renewing by nobody, and a state.db. */
function usedFolder({ launcher, folder }: BenchHouse): string {
  const used = join(folder, 'used')
  const environment = { ...process.env, OPENCLAW_STATE_DIR: used }
  const run = (...words: readonly string[]): string =>
    spawnSync(process.execPath, [launcher, ...words], { env: environment, encoding: 'utf8' }).stdout
  const { plugins } = JSON.parse(run('plugins', 'list', '--json')) as {
    readonly plugins: readonly { readonly id: string; readonly providers: readonly string[]; readonly state: string }[]
  }
  const { id, providers } = plugins.find(({ state }) => state === 'off') ?? { id: '', providers: [] }
  run('plugins', 'enable', id)
  run('gateway', 'token', 'create')
  const login = { accessToken: 'a'.repeat(64), refreshToken: 'r'.repeat(64), expiresAt: '2099-01-01T00:00:00Z' }
  const models = { providers: { [providers[0] ?? '']: login } }
  writeFileSync(join(used, 'models.json'), JSON.stringify({ models }), { mode: 0o600 })
  return used
}

/** A new folder each time, as after the first login. */
export async function gatewayStart({ launcher, folder }: BenchHouse): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 11; round += 1) {
    const state = join(folder, `start-${round}`)
    const port = await freePort(0)
    const begun = performance.now()
    const gateway = await startProcess([launcher, 'gateway', 'run', '--port', String(port)], {
      ...process.env,
      OPENCLAW_STATE_DIR: state,
    })
    times.push(performance.now() - begun)
    await gateway.stop()
  }
  say('openclaw gateway run, until it listens', `${median(times).toFixed(0)} ms`, '')
}
