/** A person's machine for one journey: a temporary home, the built CLI, an emulator, a gateway on a free port. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort } from './ports.ts'

const root = resolve(import.meta.dirname, '../../..')
export const launcher = join(root, 'bin', 'openclaw.cjs')

export { freePort }

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface EmulatorHandle {
  readonly url: string
  readonly portal: string
  /** A server of models that asks for no key. */
  readonly local: string
  /** Hosts that check keys: a host's name and its path follow. */
  readonly hosts: string
  readonly backup: EmulatedProvider
  /** They speak the formats of their names. */
  readonly messages: EmulatedProvider
  readonly responses: EmulatedProvider
  /** An order to its control address; returns its state after it. */
  order(act: string, body?: object): Promise<EmulatorState>
  state(): Promise<EmulatorState>
}

export interface EmulatedProvider {
  readonly baseUrl: string
  readonly apiKey: string
  readonly models: readonly string[]
}

export interface EmulatorState {
  readonly counters: {
    readonly aborted: number
    /** Signatures and encrypted reasoning that came back to who had issued them. */
    readonly seals: number
    readonly refreshes: number
    readonly reuseDetected: number
    readonly endpoints: Readonly<Record<string, { readonly requests: number }>>
  }
  readonly accounts: readonly { readonly account: string; readonly used: number }[]
  readonly devices: readonly { readonly user_code: string; readonly state: string }[]
}

export interface House {
  readonly home: string
  readonly stateFolder: string
  readonly environment: NodeJS.ProcessEnv
  /** Runs the CLI to its end. */
  run(
    words: readonly string[],
    options?: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly cwd?: string },
  ): Promise<Ran>
  /** Starts the CLI and leaves it running. */
  start(words: readonly string[], env?: NodeJS.ProcessEnv): Running
  emulator(words?: readonly string[]): Promise<EmulatorHandle>
  /** openclaw.json, as a person would save it. */
  settings(text: string | object): void
  read(name: string): string
  /** Points openclaw at the emulator, with its second provider as the fallback. */
  pointAt(emulator: EmulatorHandle): void
  /** Plugin on, login approved. */
  signIn(emulator: EmulatorHandle): Promise<void>
  /** Starts the gateway in the background. */
  gateway(env?: NodeJS.ProcessEnv): Promise<{ readonly url: string; readonly token: string; readonly port: number }>
  /** Ends all that runs and removes the home. */
  leave(): Promise<void>
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran & { readonly signal: NodeJS.Signals | null }>
  /** Resolves when stdout and stderr together match; rejects with what was said when it ends, or is silent on it, before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>
}

export function newHouse(extra: NodeJS.ProcessEnv = {}): House {
  const home = mkdtempSync(join(tmpdir(), 'openclaw journey '))
  const stateFolder = join(home, '.openclaw')
  const { PATH } = process.env
  const environment: NodeJS.ProcessEnv = { PATH, HOME: home, LC_ALL: 'C.UTF-8', NO_COLOR: '1', ...extra }
  const running: ChildProcess[] = []

  const run: House['run'] = (words, { env, input, cwd = home } = {}) =>
    new Promise((done) => {
      const child = execFile(
        process.execPath,
        [launcher, ...words],
        { env: { ...environment, ...env }, cwd, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      )
      // A command that is over reads no more.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input ?? '')
    })

  const start: House['start'] = (words, env) =>
    watched(spawn(process.execPath, [launcher, ...words], { env: { ...environment, ...env }, cwd: home }), running)

  const settings: House['settings'] = (text) => {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
    writeFileSync(join(stateFolder, 'openclaw.json'), typeof text === 'string' ? text : JSON.stringify(text, null, 2))
  }

  const house: House = {
    home,
    stateFolder,
    environment,
    run,
    start,
    settings,
    read: (name) => readFileSync(join(stateFolder, name), 'utf8'),

    async emulator(words = ['--interval', '2']) {
      const process_ = watched(
        spawn(process.execPath, [join(root, 'dist', 'emulator.js'), ...words], { env: environment }),
        running,
      )
      const [line] = await process_.says(/^\{.*\}$/m)
      const { url, portal, local, hosts, backup, messages, responses, control } = JSON.parse(line) as EmulatorHandle & {
        readonly control: string
      }
      const ask = async (path: string, init?: RequestInit): Promise<EmulatorState> => {
        const response = await fetch(`${control}/${path}`, init)
        if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
        return (await response.json()) as EmulatorState
      }
      return {
        url,
        portal,
        local,
        hosts,
        backup,
        messages,
        responses,
        order: (act, body = {}) =>
          ask(act, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        state: () => ask('state'),
      }
    },

    pointAt({ url, portal, backup }) {
      settings({
        models: { providers: { 'qwen-portal': { baseUrl: portal, oauthBaseUrl: url }, backup } },
        agents: { defaults: { model: { fallbacks: ['backup/backup-model'] } } },
      })
    },

    async signIn(emulator) {
      await run(['plugins', 'enable', 'qwen-portal-auth'])
      const login = start(['models', 'auth', 'login', '--provider', 'qwen-portal', '--set-default'])
      const [, code] = await login.says(/user_code=([A-Z]{8})/)
      await emulator.order('approve', { user_code: code })
      const { code: exit, stderr } = await login.ended
      if (exit !== 0) throw new Error(`the login failed: ${stderr}`)
    },

    async gateway(env) {
      const port = await freePort()
      const started = await run(['gateway', 'start', '--port', String(port)], env ? { env } : {})
      if (started.code !== 0) throw new Error(started.stderr)
      const token = house.read('gateway-token').trim()
      return { url: `http://127.0.0.1:${port}`, token, port }
    },

    async leave() {
      if (mayServe(stateFolder)) await run(['gateway', 'stop'])
      for (const child of running) child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  return house
}

/** Whether a gateway has the place there: in the background it would outlive its test. */
function mayServe(stateFolder: string): boolean {
  const path = join(stateFolder, 'state.db')
  const found = statSync(path, { throwIfNoEntry: false })
  // A test may have laid a pipe there, which would be waited for.
  if (!found?.isFile()) return found !== undefined
  try {
    using database = new DatabaseSync(path, { readOnly: true })
    return database.prepare("SELECT 1 FROM leases WHERE key = 'gateway' AND holder IS NOT NULL").get() !== undefined
  } catch {
    return true // a test has broken it
  }
}

/** Less than a test has, so that its end tells what was said instead. */
const LONGEST_WAIT_MS = 25_000

function watched(child: ChildProcess, running: ChildProcess[]): Running {
  running.push(child)
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const heard = (): void => {
    for (const look of waiting) look()
  }
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    heard()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
    heard()
  })
  const ended = new Promise<Awaited<Running['ended']>>((done) => {
    child.on('close', (code, signal) => {
      done({ code: code ?? 1, signal, stdout, stderr })
      heard()
    })
  })
  return {
    child,
    ended,
    says: (pattern) =>
      new Promise((done, fail) => {
        const giveUp = (what: string): void => {
          fail(new Error(`it ${what} ${String(pattern)}:\n${stdout}\n${stderr}`))
          over()
        }
        const patience = setTimeout(() => giveUp('is silent on'), LONGEST_WAIT_MS)
        const over = (): void => {
          clearTimeout(patience)
          waiting.delete(look)
        }
        const look = (): void => {
          const match = pattern.exec(`${stdout}\n${stderr}`)
          if (match) {
            over()
            done(match)
          } else if (child.exitCode !== null || child.signalCode !== null) giveUp('ended without saying')
        }
        waiting.add(look)
        look()
      }),
  }
}
