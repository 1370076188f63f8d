/** Planted secrets, and whether any of them leaves a trace outside the file that it lies in: rows X of the catalogue. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { COMMANDS } from '../../src/cli/tree.ts'
import { isAlive } from '../../src/service/instance.ts'
import { freePort, newHouse, type House, type Ran } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'
import { canary, sentence, tracesIn } from './support/canaries.ts'
import {
  echoingPortal,
  echoingProxy,
  echoingUpstream,
  WAYS,
  type Echoing,
  type EchoingPortal,
} from './support/echoing.ts'

const LANGUAGES = ['en', 'zh-CN', 'zh-TW'] as const
/** Each row of X is a list, of one size at each level. */
const IS_LARGE = sizeOf('C-01') > 10
const CHAT = '/v1/chat/completions'

/** What stands in these may hold what was planted there; nothing else may. */
const MAY_HOLD = /^(?:models\.json|openclaw\.json)(?:\.bak)?$|^openclaw\.json\.last-good$|^gateway-token$/

function filesOf(folder: string): readonly { readonly file: string; readonly name: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ file: join(parentPath, name), name }))
}

/** Command lines and environments of all processes while something goes on (Linux). */
function watchProcesses(): { readonly seen: Set<string>; readonly stop: () => void } {
  const seen = new Set<string>()
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
        seen.add(readFileSync(`/proc/${pid}/environ`, 'utf8'))
      } catch {
        // It has ended meanwhile, or is another user's.
      }
    }
  }
  const ticking = process.platform === 'linux' ? setInterval(look, 25) : undefined
  return { seen, stop: () => clearInterval(ticking) }
}

it('finds what it looks for, in every spelling', () => {
  const secret = canary('-_/+=.~')
  const all = { planted: secret }
  for (const text of [
    secret,
    `…${secret.slice(0, 12)}…`,
    `…${secret.slice(-12)}…`,
    JSON.stringify({ a: secret }),
    `?key=${encodeURIComponent(secret)}`,
    Buffer.from(secret).toString('hex'),
    ...['', 'a', 'ab', 'Bearer ', 'user:'].flatMap((before) => [
      Buffer.from(before + secret).toString('base64'),
      Buffer.from(before + secret).toString('base64url'),
    ]),
  ]) {
    expect(tracesIn(`some words ${text} and more`, all), text).not.toEqual([])
  }
  expect(tracesIn(`some words ${canary()} and more`, all)).toEqual([])
})

// Its login waits for the next poll: what happens in other houses happens meanwhile.
describe('a house full of secrets, at its most talkative', { concurrent: true }, () => {
  describe('step by step', { concurrent: false }, inTheHouse)
})

function inTheHouse(): void {
  const secrets = {
    'access token': canary('-_.~+/='),
    'refresh token': canary('-_.~+/='),
    'API key': `sk-${canary('-_', 37)}`,
    // Its first piece looks like a token and would be masked for that: the rest must go, too.
    'API key with odd signs': `${canary('', 24)}"\\/%&+${canary('"\\/%&+', 14)}`,
    "another login's API key": canary(),
    "the owner's token": canary('-_'),
    'a token that nobody gave': canary('-_'),
    'device code': canary('-_.~'),
    "a proxy's password": canary(''),
  }
  // Of words, as people write: what looks like a token is masked anyhow.
  const prompt = sentence(8)
  /** Filled as they come to be. */
  const all: Record<string, string> = { ...secrets, prompt }

  let house: House
  let upstream: Echoing
  let bodies: Echoing
  let portal: EchoingPortal
  let proxy: Echoing
  let port: number
  let processes: ReturnType<typeof watchProcesses>
  /** All that was said to anybody, by where it was said. */
  const said: { readonly where: string; readonly what: string }[] = []

  const ran = async (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
    const outcome = await house.run(words, { env: { OPENCLAW_DEBUG: '1', ...env } })
    said.push({ where: `openclaw ${words.join(' ')}`, what: `${outcome.stdout}\n${outcome.stderr}` })
    return outcome
  }
  const asked = async (body: object, token = secrets["the owner's token"]): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}${CHAT}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    const headers = [...answer.headers].map((pair) => pair.join(': ')).join('\n')
    said.push({ where: `answer to ${JSON.stringify(body)}`, what: `${headers}\n${await answer.text()}` })
    return answer.status
  }
  const traces = (): readonly string[] =>
    said.flatMap(({ where, what }) => tracesIn(what, all).map(({ slot, as }) => `${slot} (${as}) in ${where}`))

  beforeAll(async () => {
    house = newHouse()
    mkdirSync(join(house.home, 'tmp'))
    house.environment['TMPDIR'] = join(house.home, 'tmp')
    processes = watchProcesses()
    upstream = await echoingUpstream()
    bodies = await echoingUpstream(true)
    portal = await echoingPortal({
      deviceCode: secrets['device code'],
      accessToken: secrets['access token'],
      refreshToken: secrets['refresh token'],
    })
    proxy = await echoingProxy()
    const { host } = new URL(proxy.url)
    // One for each way, so that none rests because of another.
    const providers = (name: string, apiKey: string, { url: baseUrl }: Echoing): object =>
      Object.fromEntries(Object.keys(WAYS).map((way) => [`${name}-${way}`, { baseUrl, apiKey, models: [way] }]))
    house.settings({
      models: {
        providers: {
          ...providers('plain', secrets['API key'], upstream),
          ...providers('odd', secrets['API key with odd signs'], upstream),
          ...providers('body', secrets['API key'], bodies),
          far: {
            baseUrl: 'https://far.invalid/v1',
            apiKey: secrets['API key'],
            models: ['m'],
            proxy: `http://me:${secrets["a proxy's password"]}@${host}`,
          },
          'qwen-portal': { baseUrl: upstream.url, oauthBaseUrl: portal.url },
        },
      },
      auth: {
        profiles: {
          'plain-message-401:work': {
            provider: 'plain-message-401',
            mode: 'api_key',
            apiKey: secrets["another login's API key"],
          },
        },
      },
      agents: { defaults: { model: 'plain-whole-words/whole-words' } },
      plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
    })
    writeFileSync(join(house.stateFolder, 'gateway-token'), secrets["the owner's token"], { mode: 0o600 })
  }, 60_000)
  afterAll(async () => {
    processes.stop()
    await house.leave()
    for (const server of [upstream, bodies, portal, proxy]) await server.end()
  })

  it('X-01 signs in by a code, with a server that says everything back', async () => {
    const login = await ran(['models', 'auth', 'login', '--provider', 'qwen-portal', '--json'])
    expect(login).toMatchObject({ code: 0 })
    all['code verifier'] = portal.shown['codeVerifier'] ?? ''
    expect(all['code verifier']).toMatch(/^[\w-]{43}$/)
    expect(house.read('models.json')).toContain(secrets['refresh token'])
    expect(traces()).toEqual([])
  })

  it('X-03 answers programs, with upstreams that say our credential back', { timeout: 60_000 }, async () => {
    port = await freePort()
    const started = await ran(['gateway', 'start', '--port', String(port)])
    expect(started).toMatchObject({ code: 0 })
    const created = await house.run(['gateway', 'token', 'create', '--name', 'laptop'])
    all['a token that was given'] = created.stdout.trim()

    const ways = Object.keys(WAYS)
    expect(ways).toHaveLength(sizeOf('X-03'))
    const message = { messages: [{ role: 'user', content: 'hi' }], fallbacks: [] }
    const token = all['a token that was given']
    for (const way of ways) {
      for (const name of ['plain', 'odd']) {
        const status = await asked(
          { ...message, model: `${name}-${way}/${way}`, stream: way.startsWith('stream') },
          token,
        )
        if (/^(?:stream-(?:comment|field|words)|whole)/.test(way)) expect([way, status]).toEqual([way, 200])
      }
    }
    await asked({ ...message, model: 'plain-message-401/message-401@plain-message-401:work' }, token)
    await asked({ ...message, model: 'far/m' }, token)
    await asked({ ...message, model: 'far/m' }, secrets['a token that nobody gave'])
    expect(traces()).toEqual([])
  })

  it('X-01 renews, with a server that says the refresh token back', async () => {
    const models = house.read('models.json')
    writeFileSync(
      join(house.stateFolder, 'models.json'),
      models.replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2026-01-01T00:00:00.000Z"'),
    )
    const refused = await ran(['agent', '--model', 'qwen-portal/coder-model', '--message', 'hi'])
    expect(refused.stderr).toContain('Token refresh failed')
    expect((await ran(['models', 'status'])).stdout).toContain('needs login')
    expect(traces()).toEqual([])
  })

  it('X-09 keeps nothing of what was asked, though upstreams say it back', { timeout: 60_000 }, async () => {
    const ways = Object.keys(WAYS)
    expect(ways.length).toBeGreaterThanOrEqual(sizeOf('X-09'))
    for (const way of ways) {
      // What comes back is the caller's own.
      await fetch(`http://127.0.0.1:${port}${CHAT}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets["the owner's token"]}` },
        body: JSON.stringify({
          model: `body-${way}/${way}`,
          stream: way.startsWith('stream'),
          fallbacks: [],
          messages: [{ role: 'user', content: `my secret is ${prompt}` }],
        }),
      }).then((answer) => answer.text())
    }
    await house.run(['agent', '--message', `my secret is ${prompt}`])
    await ran(['models', 'status'])
    await ran(['gateway', 'status'])
    const health = await fetch(`http://127.0.0.1:${port}/health`, {
      headers: { authorization: `Bearer ${secrets["the owner's token"]}` },
    })
    said.push({ where: '/health', what: await health.text() })
    expect(traces()).toEqual([])
    expect(leftBehind()).toEqual([])
  })

  it('X-05 tells none of them by any command that reads, in any language', { timeout: 120_000 }, async () => {
    const given: Readonly<Record<string, readonly string[]>> = {
      agent: ['--message', 'hi', '--model', 'far/m'],
      'models show': ['plain-whole-words/whole-words'],
      'plugins info': ['qwen-portal-auth'],
    }
    const today = Math.floor(Date.now() / 86_400_000)
    const orders = COMMANDS.filter(({ words }) => !LEFT_OUT.test(words)).flatMap(({ words, options }, at) => {
      const both = [[], ...(options.some(({ name }) => name === 'json') ? [['--json']] : [])]
      // JSON of every second one here, and of the others tomorrow.
      return (IS_LARGE || (at + today) % 2 === 0 ? both : [[]]).map((more) => [
        ...words.split(' '),
        ...(given[words] ?? []),
        ...more,
        '--lang',
        LANGUAGES[(at + today + more.length) % 3] ?? 'en',
      ])
    })
    expect(orders.length).toBeGreaterThanOrEqual(sizeOf('X-05'))
    const lane = async (): Promise<void> => {
      for (let order = orders.pop(); order; order = orders.pop()) await ran(order)
    }
    await Promise.all([lane(), lane()])
    expect(traces()).toEqual([])
  })

  it('X-01 tells none of them when its files are broken', { timeout: 60_000 }, async () => {
    const file = join(house.stateFolder, 'models.json')
    const whole = house.read('models.json')
    const [key] = [secrets['API key']]
    for (const broken of [
      whole.slice(0, whole.indexOf(secrets['refresh token']) + 20),
      whole.replace(`"${secrets['refresh token']}"`, secrets["another login's API key"]),
      whole.replace(`"${secrets['refresh token']}"`, `["${secrets['refresh token']}"]`),
      `{ models: { providers: { x: '${key}' } } }`,
      `{ models: { providers: { x: { baseUrl: '${key}', apiKey: 'k' } } } }`,
      `{ models: { providers: { x: { baseUrl: 'https://me:${key}@h.example' } } } }`,
      `{ models: { providers: { x: { apiKey: '${key}' '${key}' } } } }`,
      `{ auth: { profiles: { 'x:y': { provider: 'x', mode: '${key}' } }, store: '${key}' } }`,
      `{ gateway: { proxy: 'socks5://me:${key}@p', port: '${key}' }, language: '${key}' }`,
      `{ models: { aliases: { a: '${key}' }, providers: { x: { apiKey: "${key}\n" } } } }`,
    ]) {
      writeFileSync(file, broken)
      await Promise.all([ran(['config', 'validate']), ran(['models', 'status', '--json'])])
    }
    writeFileSync(file, whole)
    expect(traces()).toEqual([])
  })

  it('X-01 leaves none of them in a file, a log, the state, on a command line or in an environment', async () => {
    await ran(['gateway', 'stop'])
    expect(leftBehind()).toEqual([])
    processes.stop()
    expect([...processes.seen].flatMap((line) => tracesIn(line, secretsOnly()))).toEqual([])
    expect(processes.seen.size).toBeGreaterThan(process.platform === 'linux' ? 10 : -1)
    expect(Object.keys(all)).toHaveLength(sizeOf('X-01'))
  })

  /** A prompt is given by argument. */
  const secretsOnly = (): Record<string, string> => {
    const { prompt: _, ...others } = all
    return others
  }
  const leftBehind = (): readonly string[] =>
    filesOf(house.home)
      .filter(({ name }) => !MAY_HOLD.test(name))
      .flatMap(({ file }) => tracesIn(readFileSync(file), all).map(({ slot, as }) => `${slot} (${as}) in ${file}`))
}

/** What changes something, lasts, or prints the very token that was asked for. */
const LEFT_OUT =
  /^(?:quickstart|emulator start|requests tail|gateway (?:run|start|stop|restart|token|token create|token revoke)|plugins (?:enable|disable)|config (?:set|unset|import)|models (?:set|set-image|auth login|.*(?:add|remove|clear)))$/

/** Both places that keep secrets sealed. */
const SEALED = ['keychain', 'encrypted'] as const

it.concurrent(
  'X-07 leaves a thief of the disk nothing, where secrets are sealed',
  { timeout: 60_000 },
  async (context) => {
    expect(SEALED).toHaveLength(sizeOf('X-07'))
    expect(await Promise.all(SEALED.map((store) => leftToThief(store, context)))).toEqual([[], []])
  },
)

/** Traces of what was planted in a house whose secrets are sealed there, and used. */
async function leftToThief(
  store: (typeof SEALED)[number],
  { onTestFinished }: TestContext,
): Promise<readonly string[]> {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const keyring = resolve(import.meta.dirname, '../../src/system/fixtures/keychain')
  house.environment['PATH'] = `${keyring}${delimiter}${process.env['PATH']}`
  house.environment['XDG_FAKE_KEYRING'] = join(house.home, 'keyring')
  const planted = {
    'access token': canary('-_.~+/='),
    'refresh token': canary('-_.~+/='),
    'API key': canary('"\\/%&+'),
    "another login's API key": canary(),
  }
  // What the person's shell holds concerns no program but us.
  const passphrase = canary('-_')
  const inVariable = canary('-_')
  house.environment['OPENCLAW_PASSPHRASE'] = passphrase
  house.environment['B_KEY'] = inVariable
  house.settings({
    models: {
      providers: {
        a: { baseUrl: 'https://a.invalid/v1', apiKey: planted['API key'], models: ['m'] },
        b: { baseUrl: 'https://b.invalid/v1', apiKey: '${B_KEY}', models: ['m'] },
      },
    },
  })
  const models = {
    models: {
      providers: {
        'qwen-portal': {
          accessToken: planted['access token'],
          refreshToken: planted['refresh token'],
          expiresAt: '2030-01-01T00:00:00.000Z',
        },
      },
    },
    auth: {
      profiles: {
        'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth' },
        'a:work': { provider: 'a', mode: 'api_key', apiKey: planted["another login's API key"] },
      },
    },
  }
  for (const name of ['models.json', 'models.json.bak', 'openclaw.json.bak']) {
    writeFileSync(join(house.stateFolder, name), JSON.stringify(models), { mode: 0o600 })
  }
  expect((await house.run(['models', 'auth', 'store', store])).code).toBe(0)
  for (const [from, to] of [
    ['a:work', 'office'],
    ['qwen-portal:default', 'home'],
    ['qwen-portal:home', 'cottage'],
  ] as const) {
    expect(await house.run(['models', 'auth', 'rename', from, to])).toMatchObject({ code: 0 })
  }
  // Used, too: the gateway reads them, asks with them, and writes its state.
  const { url, token } = await house.gateway()
  await fetch(`${url}${CHAT}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: 'a/m', messages: [{ role: 'user', content: 'hi' }] }),
  })
  const status = await house.run(['models', 'status', '--json'])
  expect(status.stdout).not.toContain('locked')
  await house.run(['config', 'set', 'language', 'en'])
  const found = filesOf(house.home)
    .filter(({ name }) => name !== 'keyring')
    .flatMap(({ file }) =>
      // What the keychain's program was called with, its environment too, stands beside the keyring.
      tracesIn(readFileSync(file), { ...planted, passphrase, inVariable }).map(
        ({ slot, as }) => `${slot} (${as}) in ${file}`,
      ),
    )
  expect(house.read('models.json')).toContain(store === 'keychain' ? 'enc:v1:keychain.' : 'enc:v1:scrypt.')
  return found
}

it.concurrent('X-08 keeps old copies as closed as the file itself, and sweeps what a crash left within a day', async (context) => {
  const house = newHouse()
  context.onTestFinished(() => house.leave())
  house.settings({ language: 'en' })
  const place = (name: string): string => join(house.stateFolder, name)
  const models = (key: string): string => JSON.stringify({ models: { providers: { a: { apiKey: key } } } })
  const names = {
    day: `.openclaw-${'a'.repeat(24)}.tmp`,
    hour: `.openclaw-${'b'.repeat(24)}.tmp`,
    theirs: '.openclaw-of-somebody-else.tmp',
  }
  for (const name of Object.values(names)) writeFileSync(place(name), models(canary()), { mode: 0o600 })
  const aDayAgo = new Date(Date.now() - 25 * 3_600_000)
  for (const name of [names.day, names.theirs]) utimesSync(place(name), aDayAgo, aDayAgo)
  // As an editor or a backup would leave them.
  writeFileSync(place('models.json'), models(canary()), { mode: 0o644 })
  const login = await house.run(['models', 'auth', 'login', '--provider', 'local'])
  expect(login.code).not.toBe(2)
  const stored = await house.run(['models', 'auth', 'store', 'file'])
  expect(stored).toMatchObject({ code: 0 })
  await house.run(['gateway', 'start', '--port', String(await freePort())])
  const closed = ['models.json', 'models.json.bak', 'state.db', 'gateway-token', 'gateway.log', names.hour]
  expect(closed).toHaveLength(sizeOf('X-08'))
  for (const name of closed) expect([name, (statSync(place(name)).mode & 0o777).toString(8)]).toEqual([name, '600'])
  expect(existsSync(place(names.day))).toBe(false)
  expect(existsSync(place(names.theirs))).toBe(true)
})

it.concurrent(
  'X-06 refuses a secret on the command line, and does not say it back',
  { timeout: 60_000 },
  async (context) => {
    const house = newHouse()
    context.onTestFinished(() => house.leave())
    const key = `sk-${canary('-_', 37)}`
    const login = ['models', 'auth', 'login', '--provider', 'openai']
    const lines = [
      [...login, '--api-key', key],
      [...login, `--api-key=${key}`],
      [...login, '--apikey', key],
      [...login, '--key', key],
      [...login, '--token', key],
      [...login, `--access-token=${key}`],
      [...login, '--password', key, '--json'],
      [...login, key],
      ['--api-key', key, 'models', 'list'],
      [key],
      ['config', 'set', 'models.providers.a.apiKey', key],
      ['config', 'set', 'models.providers.a', `{ apiKey: '${key}' }`],
    ]
    expect(lines).toHaveLength(sizeOf('X-06'))
    await Promise.all(
      lines.map(async (line) => {
        const { code, stdout, stderr } = await house.run(line)
        expect([line.join(' '), code]).toEqual([line.join(' '), 2])
        expect(tracesIn(`${stdout}${stderr}`, { key })).toEqual([])
      }),
    )
    expect(filesOf(house.home).flatMap(({ file }) => tracesIn(readFileSync(file), { key }))).toEqual([])
  },
)

/** Those that are there whole. */
function reportsIn(folder: string): number {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'utf8').trimEnd().endsWith('}')).length
}

/** Of the process's options, and what it does once it listens; each of its threads has a part in it. */
const CRASHES = [
  { options: '--report-on-signal', act: "process.kill(process.pid, 'SIGUSR2')" },
  { options: '--report-uncaught-exception', act: "throw new Error('a fault of ours')" },
  {
    options: '--report-on-fatalerror --max-old-space-size=80',
    act: 'for (const all = []; ; ) all.push({ all: [all] })',
  },
]

it.concurrent('X-04 leaves no secret in what a crash leaves', { timeout: 60_000 }, async (context) => {
  expect(CRASHES).toHaveLength(sizeOf('X-04'))
  const secrets = { 'a key in the environment': canary(), 'a key in the file': canary() }
  const left = await Promise.all([
    ...CRASHES.map((crash) => crashed(crash, secrets, context)),
    aborted(secrets, context),
  ])
  for (const { told, house } of left) {
    const files = filesOf(house.home).filter(({ name }) => !MAY_HOLD.test(name))
    expect(files.filter(({ name }) => /^core(?:\.|$)/.test(name))).toEqual([])
    expect(tracesIn(told, secrets)).toEqual([])
    expect(
      files.flatMap(({ file }) => tracesIn(readFileSync(file), secrets).map(({ slot }) => `${slot} in ${file}`)),
    ).toEqual([])
  }
})

interface Left {
  /** On its streams. */
  readonly told: string
  readonly house: House
}

type Planted = Readonly<Record<'a key in the environment' | 'a key in the file', string>>

function houseWith(
  secrets: Planted,
  { onTestFinished }: TestContext,
): {
  readonly house: House
  readonly reports: string
  readonly env: NodeJS.ProcessEnv
} {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const reports = join(house.home, 'reports')
  mkdirSync(reports)
  house.settings({
    models: {
      providers: {
        a: { baseUrl: 'https://a.invalid/v1', apiKey: secrets['a key in the file'], models: ['m'] },
        b: { baseUrl: 'https://b.invalid/v1', apiKey: '${B_KEY}', models: ['m'] },
      },
    },
  })
  const env = {
    B_KEY: secrets['a key in the environment'],
    OPENCLAW_PASSPHRASE: secrets['a key in the environment'],
    NODE_OPTIONS: `--report-directory=${JSON.stringify(reports)}`,
  }
  return { house, reports, env }
}

async function crashed(
  { options, act }: (typeof CRASHES)[number],
  secrets: Planted,
  context: TestContext,
): Promise<Left> {
  const { house, reports, env } = houseWith(secrets, context)
  const [file, go] = [join(house.home, 'fault.cjs'), join(house.home, 'go')]
  const fault = `const wait = setInterval(() => { if (!existsSync(${JSON.stringify(go)})) return; clearInterval(wait); ${act} }, 20)`
  writeFileSync(
    file,
    `const { existsSync } = require('node:fs')\nif (require('node:worker_threads').isMainThread) { ${fault} }`,
  )
  const NODE_OPTIONS = `${env['NODE_OPTIONS']} ${options} --require ${JSON.stringify(file)}`
  const gateway = house.start(['gateway', 'run', '--port', String(await freePort())], { ...env, NODE_OPTIONS })
  await gateway.says(/listening/)
  writeFileSync(go, '')
  await context.expect.poll(() => reportsIn(reports), { timeout: 20_000 }).toBe(1)
  gateway.child.kill('SIGTERM')
  const { stdout, stderr } = await gateway.ended
  return { told: `${stdout}\n${stderr}`, house }
}

/** In the background: the limit on files of memory holds for it. */
async function aborted(secrets: Planted, context: TestContext): Promise<Left> {
  const { house, env } = houseWith(secrets, context)
  await house.run(['gateway', 'start', '--port', String(await freePort())], { env })
  const { pid } = JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout) as { readonly pid: number }
  if (process.platform === 'linux') {
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m)
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--report-exclude-env')
  }
  process.kill(pid, 'SIGABRT')
  await context.expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  return { told: '', house }
}
