/** Where the gateway's own requests go, and what decides it: rows O of the catalogue. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { newHouse, type House } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'
import { BODY, ended, listening, realGateway } from './support/real-gateway.ts'

/** Whatever reaches it was sent where it must not go. */
async function catcher({
  onTestFinished,
}: TestContext): Promise<{ readonly url: string; readonly port: number; readonly seen: string[] }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`)
    response.end('{}')
  })
  const url = await listening(server)
  onTestFinished(() => ended(server))
  return { url, port: Number(new URL(url).port), seen }
}

function house({ onTestFinished }: TestContext): House {
  const made = newHouse()
  onTestFinished(() => made.leave())
  return made
}

it.concurrent('O-01 does not fetch the addresses of pictures, however they are written', async (context) => {
  const { port, seen } = await catcher(context)
  const gateway = await realGateway()
  context.onTestFinished(() => gateway.end())
  const lan = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
  const hosts =
    `127.0.0.1 localhost localhost. 127.1 127.0.1 127.0.0.2 0 0.0.0.0 2130706433 0x7f000001 0x7f.1 017700000001
    0177.0.0.1 127.0.0.1. [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [fd00::2] [fe80::1]
    ①②⑦.⓪.⓪.① 127。0。0。1 169.254.169.254 10.0.0.1 192.168.1.1 metadata.google.internal user:pass@127.0.0.1
    evil.test@127.0.0.1 ${lan ?? '127.0.0.1'}`.split(/\s+/)
  const written = [
    ...hosts.flatMap((host) => [
      `http://${host}:${port}/p.png`,
      `https://${host}:${port}/p.png`,
      `//${host}:${port}/p.png`,
    ]),
    ...['http:/', 'http:\\\\', 'HTTP://', ' http://', 'http://evil.test\\@', 'ftp://', 'gopher://', 'ws://'].map(
      (start) => `${start}127.0.0.1:${port}/p.png`,
    ),
    'file:///etc/passwd',
    'file://127.0.0.1/etc/passwd',
    '/etc/passwd',
    'data:text/plain,x',
    'unix:/run/x',
    'dict://127.0.0.1:1/',
    ...['%00', '%0d%0aHost:%20x', '?a=@evil.test', '#@evil.test', '/../', '/%2e%2e/', ';x', '//x', '\\x'].map(
      (rest) => `http://127.0.0.1:${port}${rest}`,
    ),
    ...['http://[::1%25lo]', 'http://[::1%lo]', 'http://127.0.0.1%2f', 'http://%31%32%37.0.0.1'].map(
      (start) => `${start}:${port}/`,
    ),
  ]
  expect(written).toHaveLength(sizeOf('O-01'))
  for (const [at, url] of written.entries()) {
    const part = at % 2 === 0 ? { type: 'image_url', image_url: { url } } : { type: 'file', file: { file_url: url } }
    const body = JSON.stringify({ model: 'a/m', messages: [{ role: 'user', content: [part] }] })
    const { status } = await gateway.send({ method: 'POST', path: '/v1/chat/completions' }, { body })
    // Passed on, as it came: whether to fetch it is the provider's matter.
    expect([url, status]).toEqual([url, 200])
    expect(gateway.upstream.bodies.pop()?.toString()).toContain(JSON.stringify(url))
  }
  expect(seen).toEqual([])
})

it.concurrent('O-05 sends a credential to no origin that an answer names', { timeout: 60_000 }, async (context) => {
  const elsewhere = await catcher(context)
  const home = house(context)
  const emulator = await home.emulator()
  let cases = 0

  // What a login's answer names as the place for its requests; each at a machine of its own, all at once.
  const { port } = elsewhere
  const host = new URL(emulator.url).host
  const named = [
    ...['', '/v1', '?x', '#x'].map((rest) => `${elsewhere.url}${rest}`),
    ...[`localhost:${port}`, `[::1]:${port}`].map((there) => `http://${there}`),
    ...[host, 'portal.qwen.ai'].map((user) => `http://${user}@127.0.0.1:${port}`),
    `127.0.0.1:${port}`,
    `//127.0.0.1:${port}`,
  ]
  for (const resource_url of named) {
    cases += 1
    const body = {
      access_token: 'the-access-token',
      refresh_token: 'the-refresh-token',
      expires_in: 3_600,
      resource_url,
    }
    await emulator.order('faults', { path: '/api/v1/oauth2/token', kind: 'json', body })
  }
  const machines = named.map(() => house(context))
  await Promise.all(
    machines.map(async (machine) => {
      machine.settings({
        models: { providers: { 'qwen-portal': { baseUrl: emulator.portal, oauthBaseUrl: emulator.url } } },
        plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
      })
      const login = await machine.run(['models', 'auth', 'login', '--provider', 'qwen-portal', '--set-default'])
      expect(login.code).toBe(0)
      expect(machine.read('models.json')).toContain('the-access-token')
      expect(machine.read('models.json')).not.toContain(String(port))
    }),
  )
  await Promise.all(machines.map((machine) => machine.run(['agent', '--message', 'hello'])))

  // What an upstream's answer names: where to ask instead.
  const statuses = [301, 302, 303, 307, 308]
  cases += statuses.length
  const moved = createServer(({ url = '' }, response) =>
    response.writeHead(Number(url.split('/')[1]), { location: `${elsewhere.url}/v1` }).end(),
  )
  const moving = await listening(moved)
  context.onTestFinished(() => ended(moved))
  const provider = (status: number): object => ({
    baseUrl: `${moving}/${status}/v1`,
    apiKey: 'the-api-key',
    models: ['m'],
  })
  home.settings({
    models: { providers: Object.fromEntries(statuses.map((status) => [`moved-${status}`, provider(status)])) },
  })
  await Promise.all(
    statuses.map(async (status) => {
      const asked = await home.run(['agent', '--model', `moved-${status}/m`, '--message', 'hello'])
      expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining(String(status)) })
    }),
  )
  expect(cases).toBe(sizeOf('O-05'))
  expect(elsewhere.seen).toEqual([])
})

it.concurrent('O-06 takes nothing from the folder that it is started in', { timeout: 60_000 }, async (context) => {
  const elsewhere = await catcher(context)
  const gateway = await realGateway()
  context.onTestFinished(() => gateway.end())
  const planted = join(gateway.house.home, 'someone-elses-repository')
  const settings = JSON.stringify({
    models: { providers: { a: { baseUrl: `${elsewhere.url}/v1`, apiKey: 'planted-key', models: ['m'] } } },
    agents: { defaults: { model: 'a/planted' } },
    gateway: { port: 1, bind: 'lan' },
    plugins: { entries: { planted: { enabled: true } } },
  })
  const environment = [
    `OPENCLAW_STATE_DIR=${planted}/.openclaw`,
    `OPENCLAW_CONFIG_PATH=${planted}/openclaw.json`,
    `HTTP_PROXY=${elsewhere.url}`,
    `HTTPS_PROXY=${elsewhere.url}`,
    `NODE_OPTIONS=--require=${planted}/evil.cjs`,
    '',
  ].join('\n')
  const evil = `require('node:fs').writeFileSync(${JSON.stringify(join(planted, 'ran'))}, 'it ran')`
  const files: Readonly<Record<string, string>> = {
    '.env': environment,
    '.env.local': environment,
    'openclaw.json': settings,
    'models.json': settings,
    '.openclaw/openclaw.json': settings,
    '.openclaw/models.json': settings,
    'package.json': JSON.stringify({
      type: 'commonjs',
      openclaw: JSON.parse(settings) as unknown,
      imports: { '#x': './evil.cjs' },
    }),
    'evil.cjs': evil,
    'openclaw.plugin.json': JSON.stringify({
      id: 'planted',
      version: '1',
      label: { en: 'x' },
      entry: 'evil',
      providers: [],
    }),
    'node_modules/undici/index.js': evil,
  }
  expect(Object.keys(files)).toHaveLength(sizeOf('O-06'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(planted, name, '..'), { recursive: true })
    writeFileSync(join(planted, name), text)
  }
  const commands = [
    ['config', 'get', '--json'],
    ['models', 'list', '--json'],
    ['plugins', 'list', '--json'],
    ['agent', '--message', 'hi', '--json'],
  ]
  for (const words of commands) {
    const there = await gateway.house.run(words, { cwd: planted })
    expect([words, there.code]).toEqual([words, 0])
    expect(there.stdout + there.stderr).not.toContain('planted')
    expect(there.stdout).not.toContain(elsewhere.url)
  }
  const started = await gateway.house.run(['gateway', 'restart'], { cwd: planted })
  expect(started.code).toBe(0)
  expect((await gateway.send({ method: 'POST', path: '/v1/chat/completions' }, { body: BODY })).status).toBe(200)
  expect(gateway.upstream.bodies).toHaveLength(2)
  expect(() => readFileSync(join(planted, 'ran'))).toThrow('ENOENT')
  expect(elsewhere.seen).toEqual([])
})
