/** Who gets in to the gateway: rows A of the catalogue against the built program. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { callersOf } from '../../src/gateway/callers.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { sizeOf } from './sizes.ts'
import { BODY, ended, listening, PLACES, realGateway, type Place, type RealGateway } from './support/real-gateway.ts'
import { seeded } from './support/seeded.ts'

let gateway: RealGateway
beforeAll(async () => {
  gateway = await realGateway()
})
afterAll(() => gateway.end())

const CHAT: Place = { method: 'POST', path: '/v1/chat/completions' }
const MODELS: Place = { method: 'GET', path: '/v1/models' }
const HEALTH: Place = { method: 'GET', path: '/health' }

async function issued(scope: string, name?: string): Promise<string> {
  const words = ['gateway', 'token', 'create', '--scope', scope, ...(name === undefined ? [] : ['--name', name])]
  return (await gateway.house.run(words)).stdout.trim()
}

it('A-01 lets nobody further without a valid token, at every route and at none', async () => {
  const { token } = gateway
  const ours = `Authorization: Bearer ${token}`
  const wrong: readonly (readonly string[])[] = [
    [],
    ['Authorization: Bearer '],
    ['Authorization:'],
    ['x-api-key:'],
    ['Authorization: Bearer nothing'],
    [`Authorization: Bearer ${token.slice(0, -1)}`],
    [`Authorization: Bearer ${token}x`],
    [`Authorization: Bearer ${token} ${token}`],
    [`Authorization: Bearer ${token.toUpperCase()}`],
    [`Authorization: ${token}`],
    [`Authorization: Basic ${Buffer.from(`user:${token}`).toString('base64')}`],
    [`Authorization: Basic ${token}`],
    [ours, ours],
    ['Authorization: Bearer nothing', ours],
    [ours, 'Authorization: Bearer nothing'],
    ['x-api-key: nothing'],
    [ours, 'x-api-key: nothing'],
    [`Authorization: Bearer openclaw_${'A'.repeat(43)}`],
    [`Cookie: token=${token}`],
    [`Proxy-Authorization: Bearer ${token}`],
  ]
  expect(wrong).toHaveLength(sizeOf('A-01'))
  const before = gateway.upstream.bodies.length
  for (const headers of wrong) {
    for (const place of PLACES) {
      // Presence is no validity: health is open to who shows nothing, and to nobody who shows what is wrong.
      const isOpen = place.path === '/health' && !headers.some((line) => /^(authorization|x-api-key)/i.test(line))
      const { status } = await gateway.send(place, { headers })
      expect([place, headers, status]).toEqual([place, headers, isOpen ? 200 : 401])
    }
  }
  for (const { method, path } of PLACES.filter((place) => place.path !== '/health')) {
    expect((await gateway.send({ method, path: `${path}?token=${token}` }, { headers: [] })).status).toBe(401)
  }
  expect((await gateway.send(MODELS, { headers: [`authorization: bearer ${token}`] })).status).toBe(200)
  expect(gateway.upstream.bodies).toHaveLength(before)
})

it('A-02 answers to no Host but its own, before any work', async () => {
  const { port } = gateway
  const names =
    `evil.test 127.0.0.1.evil.test localhost.evil.test localhost. x.localhost 127.1 127.0.0.2 127.0.0.01 0.0.0.0
    192.168.1.7 10.0.0.1 169.254.169.254 [::] [::2] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] 0x7f.1
    2130706433 017700000001 0 user@127.0.0.1 127.0.0.1@evil.test 127.0.0.1#evil.test 127.0.0.1,evil.test`.split(/\s+/)
  const foreign = [
    ...names.flatMap((name) => [`${name}:${port}`, name]),
    '127.0.0.1',
    'localhost',
    '127.0.0.1:',
    'localhost:1',
    `127.0.0.1:0${port}`,
    `127.0.0.1:${port}:${port}`,
    `127.0.0.1 :${port}`,
    `127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}`,
    '',
  ]
  expect(foreign).toHaveLength(sizeOf('A-02'))
  for (const host of foreign) {
    for (const place of [CHAT, HEALTH]) {
      expect([host, (await gateway.send(place, { hosts: [host] })).status]).toEqual([host, 403])
    }
  }
  for (const hosts of [[gateway.host, 'evil.test'], ['evil.test', gateway.host], []]) {
    expect((await gateway.send(HEALTH, { hosts })).status).toBe(400)
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    expect((await gateway.send(HEALTH, { hosts: [host] })).status).toBe(200)
  }
  expect(gateway.upstream.bodies).toHaveLength(0)
})

it('A-03 refuses pages elsewhere at every route, without a word that allows them', async () => {
  const { port } = gateway
  const origins = [
    'Origin: https://evil.test',
    'Origin: null',
    'Origin:',
    `Origin: http://localhost:${port + 1}`,
    'Origin: http://127.0.0.1',
    `Origin: https://127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}.evil.test`,
    `Origin: http://127.0.0.1:${port}, https://evil.test`,
    'Origin: chrome-extension://abcdefghijklmnop',
    'Origin: file://',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Site: same-site',
  ]
  expect(origins).toHaveLength(sizeOf('A-03'))
  for (const origin of origins) {
    for (const place of PLACES) {
      const preflight = { method: 'OPTIONS', path: place.path }
      for (const asked of [place, preflight]) {
        const headers = [`Authorization: Bearer ${gateway.token}`, 'Access-Control-Request-Method: POST', origin]
        const answer = await gateway.send(asked, { headers })
        expect([asked, origin, answer.status]).toEqual([asked, origin, 403])
        expect(answer.text.toLowerCase()).not.toContain('access-control')
      }
    }
  }
  expect(gateway.upstream.bodies).toHaveLength(0)
})

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

it('A-02 and A-03 hold in a browser: a name rebound to us, and a page on another port, reach nothing', async (context) => {
  if (CHROMIUM === undefined) return context.skip('there is no Chromium on this machine')
  const { host, port, token } = gateway
  // All that a page can do towards another origin; the mark says that it came to its end.
  const page = createServer((_, response) => {
    const go = (mode: string): string =>
      `await fetch('http://${host}/v1/chat/completions', {method: 'POST', mode: '${mode}', body: ${JSON.stringify(BODY)},
        headers: {'content-type': 'text/plain'${mode === 'cors' ? `, authorization: 'Bearer ${token}'` : ''}}})
        .then(() => 0, () => 0);`
    response.setHeader('content-type', 'text/html')
    response.end(`<img src="http://${host}/v1/models"><script type="module">
      ${go('no-cors')} ${go('cors')} document.body.append('the end of it')</script>`)
  })
  const address = await listening(page)
  onTestFinished(() => ended(page))
  const rules = `--host-resolver-rules=MAP rebound.test 127.0.0.1`
  const visit = (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const words = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--virtual-time-budget=5000',
        rules,
        '--dump-dom',
        url,
      ]
      const profile = `--user-data-dir=${gateway.house.home}/chromium`
      execFile(CHROMIUM, [profile, ...words], { timeout: 25_000 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      )
    })
  expect(await visit(`http://rebound.test:${port}/v1/models`)).toContain('foreign_host')
  expect(await visit(address)).toContain('the end of it')
  expect(gateway.upstream.bodies).toHaveLength(0)
})

it('A-07 compares tokens in a time that tells nothing of them', async () => {
  const samples = sizeOf('A-07')
  const random = seeded(7)
  const owner = Array.from({ length: 43 }, () => random.sign()).join('')
  const view = { tokens: () => [], used: () => 0, rest: () => undefined, writable: () => true }
  const tokens = {
    list: () => Promise.resolve([]),
    add: () => Promise.resolve(true),
    remove: () => Promise.resolve(undefined),
  }
  const secret = new Secret(owner)
  const callers = callersOf(() => secret, { view, tokens })
  // Nearly right against altogether wrong: a comparison that stops at the first difference would tell them apart.
  const nearly = `${owner.slice(0, -1)}${owner.endsWith('A') ? 'B' : 'A'}`
  const measure = async (): Promise<number> => {
    const times: { readonly [Kind in 'near' | 'far']: number[] } = { near: [], far: [] }
    for (let at = 0; at < samples; at += 1) {
      const kind = random.below(2) === 0 ? 'near' : 'far'
      // Both are made anew, so that neither is known to a cache.
      const shown = Buffer.from(kind === 'near' ? nearly : `${random.sign()}${nearly.slice(1, -1)}!`).toString()
      const began = process.hrtime.bigint()
      await callers.find(shown)
      times[kind].push(Number(process.hrtime.bigint() - began))
    }
    return Math.abs(welch(cropped(times.near), cropped(times.far)))
  }
  // Chance alone goes over this bound once in a hundred thousand times; another program's noise, more often.
  let t = await measure()
  for (let again = 0; again < 4 && t >= 4.5; again += 1) t = await measure()
  expect(t).toBeLessThan(4.5)
})

it('A-08 knows one spelling of a path, for the token and for the route', async () => {
  const random = seeded(8)
  const bases = ['/health', '/v1/models', '/v1/models/a/m', '/v1/chat/completions']
  const encoded = (sign: string): string => `%${sign.charCodeAt(0).toString(16)}`
  const twists: readonly ((path: string, at: number) => string)[] = [
    (path, at) => path.slice(0, at) + encoded(path[at] ?? '/') + path.slice(at + 1),
    (path, at) => `${path.slice(0, at)}%25${encoded(path[at] ?? '/').slice(1)}${path.slice(at + 1)}`,
    (path) => `/${path}`,
    (path) => `/.${path}`,
    (path) => `/x/..${path}`,
    (path) => `/%2e%2e${path}`,
    (path) => `${path};v=1`,
    (path) => `${path}%00`,
    (path) => `${path}%2f`,
    (path) => `${path}\\`,
    (path) => path.replaceAll('/', '\\'),
    (path) => path.replaceAll('/', '//'),
    (path) => path.toUpperCase(),
    (path, at) => path.slice(0, at) + (path[at] ?? '').toUpperCase() + path.slice(at + 1),
    (path) => `${path}.`,
    (path) => `${path}\t`,
  ]
  let tried = 0
  while (tried < sizeOf('A-08')) {
    const base = bases[random.below(bases.length)] ?? '/health'
    const path = twists[random.below(twists.length)]?.(base, 1 + random.below(base.length - 1)) ?? base
    if (bases.includes(path)) continue
    tried += 1
    const method = random.below(2) === 0 ? 'GET' : 'POST'
    const without = await gateway.send({ method, path }, { headers: [] })
    expect([path, [400, 401].includes(without.status)]).toEqual([path, true])
    const asOwner = await gateway.send({ method, path })
    // Below /v1/models/ stands a model's name, which may be written encoded; it is looked up, and no route.
    const isName = path.startsWith('/v1/models/')
    expect([path, (isName ? [200, 400, 404, 405] : [400, 404, 405]).includes(asOwner.status)]).toEqual([path, true])
  }
  expect(gateway.upstream.bodies).toHaveLength(0)
})

it('A-09 lets a scope do what its routes need, whatever its holder says of itself', async () => {
  const before = gateway.upstream.bodies.length
  const [read, invoke, admin] = [await issued('read'), await issued('invoke'), await issued('admin')]
  const holders = [
    { token: read, mayRead: true, mayInvoke: false },
    { token: invoke, mayRead: true, mayInvoke: true },
    { token: admin, mayRead: true, mayInvoke: true },
    { token: gateway.token, mayRead: true, mayInvoke: true },
  ]
  let cases = 0
  for (const { token, mayRead, mayInvoke } of holders) {
    const headers = [`Authorization: Bearer ${token}`]
    cases += 3
    expect((await gateway.send(MODELS, { headers })).status).toBe(mayRead ? 200 : 403)
    const health = await gateway.send(HEALTH, { headers })
    expect(JSON.parse(health.body)).toHaveProperty('stateFolder')
    expect((await gateway.send(CHAT, { headers })).status).toBe(mayInvoke ? 200 : 403)
  }
  expect(cases).toBe(sizeOf('A-09'))
  expect(gateway.upstream.bodies).toHaveLength(before + 3)
  for (const raised of [
    'x-openclaw-scope: admin',
    'x-scope: admin',
    'Cookie: scope=admin',
    'x-http-method-override: GET',
  ]) {
    const headers = [`Authorization: Bearer ${read}`, raised]
    const body = BODY.replace('{', '{"scope":"admin",')
    const answer = await gateway.send({ method: 'POST', path: `${CHAT.path}?scope=admin` }, { headers, body })
    expect([raised, answer.status]).toEqual([raised, 403])
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'scope_missing', type: 'permission_error' } })
  }
  gateway.upstream.bodies.length = 0
})

it('A-10 takes a new token at once, and ends one that is taken back within a second, open streams too', async () => {
  const tokens = await Promise.all(Array.from({ length: sizeOf('A-10') }, (_, at) => issued('invoke', `program-${at}`)))
  const streams = tokens.map((token) => streamWith(token))
  await until(() => streams.every(({ pieces }) => pieces() > 0))
  for (const at of tokens.keys()) await gateway.house.run(['gateway', 'token', 'revoke', `program-${at}`])
  const began = performance.now()
  await Promise.all(streams.map(({ closed }) => closed))
  expect(performance.now() - began).toBeLessThan(1_000)
  for (const token of tokens) {
    expect((await gateway.send(MODELS, { headers: [`Authorization: Bearer ${token}`] })).status).toBe(401)
  }
  await until(() => gateway.upstream.streams() === 0)
  gateway.upstream.bodies.length = 0
})

function streamWith(token: string): { readonly pieces: () => number; readonly closed: Promise<void> } {
  let pieces = 0
  const closed = new Promise<void>((resolve) => {
    const asked = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method: 'POST',
        path: CHAT.path,
        agent: false,
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        response.on('data', () => (pieces += 1))
        response.on('error', () => undefined)
        response.on('close', resolve)
      },
    )
    asked.on('error', () => resolve())
    asked.end(BODY.replace('{', '{"stream":true,"user":"endless",'))
  })
  return { pieces: () => pieces, closed }
}

/** What scheduling adds lies in the slowest tenth. */
function cropped(times: readonly number[]): readonly number[] {
  return times.toSorted((one, other) => one - other).slice(0, Math.floor(times.length * 0.9))
}

/** Welch's t. */
function welch(one: readonly number[], other: readonly number[]): number {
  const [first, second] = [momentsOf(one), momentsOf(other)]
  return (first.mean - second.mean) / Math.sqrt(first.variance / one.length + second.variance / other.length)
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance }
}
