/** A gateway that is put in another's place while programs ask: rows L-06, L-07 and L-08. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { openHttpClient } from '../../src/net/client.ts'
import { orderSuccessor } from '../../src/service/gateway-client.ts'
import { isAlive } from '../../src/service/instance.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort, launcher, newHouse } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'
import { realGateway, type RealGateway } from './support/real-gateway.ts'

let shared: RealGateway
beforeAll(async () => {
  shared = await realGateway()
})
afterAll(() => shared.end())

/** For what stops it, breaks its settings or takes its token. */
async function ownGateway(): Promise<RealGateway> {
  const gateway = await realGateway()
  onTestFinished(() => gateway.end())
  return gateway
}

/** Whichever process has the place now. */
async function gatewayBefore(): Promise<RealGateway> {
  const { pid } = await status(shared)
  return { ...shared, pid }
}

interface Status {
  readonly pid: number
  readonly url: string
  readonly streams: number
  readonly leaving: readonly { readonly pid: number; readonly streams: number }[]
}

async function status({ house }: RealGateway): Promise<Status> {
  return JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout) as Status
}

async function restarted({ house }: RealGateway): Promise<Status> {
  const { stdout, stderr } = await house.run(['gateway', 'restart', '--json'])
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Status
}

/** The text of a whole answer, on a connection of its own; rejects when it is cut. */
function streamed(gateway: Pick<RealGateway, 'port' | 'token'>, user: string): Promise<string> {
  return asked(gateway, false, { model: 'a/m', stream: true, user, messages: MESSAGES }).then(({ text: said }) => said)
}

const IS_LARGE = sizeOf('L-06') > 10

it('L-06 ends every stream whole, over one restart and a second while the first one still ends', async () => {
  const gateway = await gatewayBefore()
  const streams = sizeOf('L-06')
  // In waves, so that each process has some of its own.
  const restarts = IS_LARGE ? 20 : 2
  const texts: Promise<string>[] = []
  const pids = [gateway.pid]
  for (let restart = 0; restart < restarts; restart += 1) {
    const wave = IS_LARGE ? Math.ceil(streams / 10) : streams
    for (let one = 0; one < wave; one += 1) {
      texts.push(streamed(gateway, IS_LARGE ? `lasts ${30_000 + one * 100}` : 'held'))
    }
    const least = IS_LARGE ? wave : texts.length
    await expect.poll(() => gateway.upstream.streams(), { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(least)
    const next = await restarted(gateway)
    expect(pids).not.toContain(next.pid)
    expect(next.url).toBe(`http://${gateway.host}`)
    pids.push(next.pid)
  }
  const now = await status(gateway)
  expect(now.pid).toBe(pids.at(-1))
  if (!IS_LARGE) {
    // Both that end are told of, with what they have to do yet.
    expect(now.leaving.map(({ pid }) => pid)).toEqual(pids.slice(0, -1))
    expect(now.leaving.every(({ streams: left }) => left > 0)).toBe(true)
    const told = (await gateway.house.run(['gateway', 'status'])).stdout
    expect(told).toContain(`Process ${pids.at(-2)} takes no new request`)
  }
  gateway.upstream.finish()
  for (const said of await Promise.all(texts)) {
    expect(said.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(said).toContain('"finish_reason":"stop"')
  }
  await expect.poll(() => pids.slice(0, -1).filter(isAlive), { timeout: 20_000, interval: 50 }).toEqual([])
  expect((await status(gateway)).leaving).toEqual([])
  expect(gateway.house.read('gateway-token').trim()).toBe(gateway.token)
})

/** A short request's status; rejects with what the connection met. */
function short(gateway: RealGateway, agent: Agent | false): Promise<number> {
  return asked(gateway, agent, { model: 'a/m', messages: MESSAGES }).then(({ status: came }) => came)
}

const MESSAGES = [{ role: 'user', content: 'hi' }]

function asked(
  { port, token }: Pick<RealGateway, 'port' | 'token'>,
  agent: Agent | false,
  body: object,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', headers, agent })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      answer.on('error', reject)
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, text: said }), reject)
    })
    sent.end(JSON.stringify(body))
  })
}

it('L-07 answers every short request over restarts, on kept connections and on new ones', async () => {
  const gateway = await gatewayBefore()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const failures: string[] = []
  const most = sizeOf('L-07')
  let answered = 0
  const over = new AbortController()
  const ask = async (way: Agent | false): Promise<void> => {
    while (!over.signal.aborted || answered < most) {
      const came = await short(gateway, way).catch((error: unknown) => String(error))
      if (came === 200) answered += 1
      else failures.push(String(came))
      if (way) await sleep(10)
    }
  }
  const asking = Array.from({ length: 6 }, (_, at) => ask(at % 3 === 0 ? false : agent))
  const pids = new Set([gateway.pid])
  for (let restart = 0; restart < Math.max(3, most / 5_000); restart += 1) pids.add((await restarted(gateway)).pid)
  over.abort()
  await Promise.all(asking)
  expect(failures).toEqual([])
  expect(answered).toBeGreaterThanOrEqual(most)
  expect(pids.size).toBe(Math.max(3, most / 5_000) + 1)
})

it('L-07 goes on where the new process does not come up, and says why', async () => {
  const gateway = await gatewayBefore()
  const { house, port, token } = gateway
  const state = await openInlineState({ path: join(house.stateFolder, 'state.db'), clock: systemClock })
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(async () => {
    await http.close()
    await state.close()
  })
  const order = { node: process.execPath, folder: house.home, language: 'en', environment: {} }
  const means = { http, port, token: new Secret(token), notes: state.notes }
  const silent = join(house.home, 'silent.mjs')
  writeFileSync(silent, 'process.exit(3)')
  expect(await orderSuccessor({ ...order, launcher: silent }, means)).toEqual({ kind: 'failed', exitCode: 3 })
  const spoken = join(house.home, 'spoken.mjs')
  writeFileSync(spoken, 'console.error("Error: no."); process.exit(1)')
  expect(await orderSuccessor({ ...order, launcher: spoken }, means)).toMatchObject({ kind: 'failed', detail: 'no.' })
  expect(await status(gateway)).toMatchObject({ pid: gateway.pid, leaving: [] })
  expect(await short(gateway, false)).toBe(200)
})

it('L-07 answers on while several order a restart at once, and each is told of one that serves', async () => {
  const gateway = await gatewayBefore()
  const failures: string[] = []
  const over = new AbortController()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const came = await short(gateway, agent).catch((error: unknown) => String(error))
      if (came !== 200) failures.push(String(came))
    }
  }
  const asking = ask()
  const found = await Promise.all([restarted(gateway), restarted(gateway), restarted(gateway)])
  over.abort()
  await asking
  expect(failures).toEqual([])
  expect(found.map(({ pid }) => pid)).not.toContain(gateway.pid)
  expect(found.map(({ pid }) => pid)).toContain((await status(gateway)).pid)
})

it('L-07 goes on where nothing new can be started at all, and restarts once it can', async () => {
  const gateway = await gatewayBefore()
  const log = join(gateway.house.stateFolder, 'gateway.log')
  rmSync(log)
  // Neither written to nor put aside.
  mkdirSync(log)
  mkdirSync(join(`${log}.old`, 'full'), { recursive: true })
  const refused = await gateway.house.run(['gateway', 'restart'])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOTEMPTY') })
  expect([await short(gateway, false), (await status(gateway)).pid]).toEqual([200, gateway.pid])
  rmSync(log, { recursive: true })
  expect((await restarted(gateway)).pid).not.toBe(gateway.pid)
})

/** Orders a restart by a program of the test's; `REAL` is the gateway's own. */
async function ordered(gateway: RealGateway, program: string): Promise<Awaited<ReturnType<typeof orderSuccessor>>> {
  const { house, port, token } = gateway
  const file = join(house.home, 'heir.mjs')
  writeFileSync(file, program.replace('REAL', JSON.stringify(launcher)))
  const state = await openInlineState({ path: join(house.stateFolder, 'state.db'), clock: systemClock })
  const http = openHttpClient({ proxyFromEnv: {} })
  const { PATH = '', HOME = '' } = house.environment
  try {
    return await orderSuccessor(
      { launcher: file, node: process.execPath, folder: house.home, language: 'en', environment: { PATH, HOME } },
      { http, port, token: new Secret(token), notes: state.notes },
    )
  } finally {
    await http.close()
    await state.close()
  }
}

const DIES = "process.kill(process.pid, 'SIGKILL')"
const TAKES_THE_PLACE = `
  import { DatabaseSync } from 'node:sqlite'
  const database = new DatabaseSync('.openclaw/state.db')
  const { note } = database.prepare("SELECT note FROM leases WHERE key = 'gateway'").get()
  database
    .prepare("UPDATE leases SET fence = fence + 1, holder = 'heir', note = ? WHERE key = 'gateway'")
    .run(JSON.stringify({ ...JSON.parse(note), pid: process.pid }))
  database.close()`

it.each([
  ['has what the old one listens on', `process.on('message', () => ${DIES}); process.send('ready')`],
  ['has its place', `${TAKES_THE_PLACE}; ${DIES}`],
])('L-07 goes on where the new process is killed when it %s', async (_, program) => {
  const gateway = await gatewayBefore()
  expect(await ordered(gateway, program)).toEqual({ kind: 'failed' })
  expect(await status(gateway)).toMatchObject({ pid: gateway.pid, leaving: [] })
  expect(await short(gateway, false)).toBe(200)
})

const KILLS = "process.kill(process.ppid, 'SIGKILL')"
const GOES_ON = "(await import('node:module')).createRequire(import.meta.url)(REAL)"

it.each([
  ['before it has handed over', `${KILLS}; ${GOES_ON}`],
  ['in the midst of it', `process.once('message', () => ${KILLS}); ${GOES_ON}`],
  ['after it', `process.on('message', ({ left }) => left === 0 && ${KILLS}); ${GOES_ON}`],
])('L-07 is served by the new process where the old one is killed %s', async (_, program) => {
  const gateway = await gatewayBefore()
  expect(await ordered(gateway, program)).toEqual({ kind: 'unanswered' })
  await expect.poll(() => short(gateway, false).catch(String), { timeout: 5_000, interval: 20 }).toBe(200)
  const now = await status(gateway)
  expect([now.url, now.pid === gateway.pid, isAlive(gateway.pid)]).toEqual([`http://${gateway.host}`, false, false])
  expect((await fetch(`http://[::1]:${gateway.port}/health`)).status).toBe(200)
})

it('L-07 ends with the new process where it is stopped while that begins', async () => {
  const gateway = await ownGateway()
  const mark = join(gateway.house.home, 'begun')
  const begins = `import { writeFileSync } from 'node:fs'
    writeFileSync(${JSON.stringify(mark)}, String(process.pid)); setInterval(() => {}, 1_000)`
  const order = ordered(gateway, begins)
  await expect.poll(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '', { interval: 10 }).toBe(true)
  const heir = Number(readFileSync(mark, 'utf8'))
  expect(await gateway.house.run(['gateway', 'stop'])).toMatchObject({ code: 0 })
  await order
  expect(isAlive(heir)).toBe(false)
  await expect.poll(() => isAlive(gateway.pid), { timeout: 3_000, interval: 20 }).toBe(false)
})

it('L-07 keeps the running one where the certificate of another place cannot be used', async () => {
  const gateway = await ownGateway()
  const before = JSON.parse(gateway.house.read('openclaw.json')) as object
  const tls = { cert: 'none.pem', key: 'none.pem' }
  gateway.house.settings({ ...before, gateway: { bind: 'lan', tls } })
  const refused = await gateway.house.run(['gateway', 'restart', '--port', String(await freePort())])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be used for gateway.tls') })
  expect([await short(gateway, false), (await status(gateway)).pid]).toEqual([200, gateway.pid])
})

it('L-07 tells a terminal who serves in its place, and does not take a service manager its process', async () => {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const port = String(await freePort())
  const inTerminal = house.start(['gateway', 'run', '--port', port])
  await inTerminal.says(/Gateway listening/)
  expect((await house.run(['gateway', 'restart'])).code).toBe(0)
  const [, pid] = await inTerminal.says(/Process (\d+) serves in its place/)
  expect(await inTerminal.ended).toMatchObject({ code: 0 })
  process.kill(Number(pid), 'SIGKILL')
  // As systemd does it.
  const words = [process.execPath, launcher, 'gateway', 'run', '--port', port]
  const service = spawn('/bin/sh', ['-c', 'SYSTEMD_EXEC_PID=$$ exec "$@"', 'sh', ...words], { env: house.environment })
  onTestFinished(() => void service.kill('SIGKILL'))
  await once(service.stdout, 'data')
  const refused = await house.run(['gateway', 'restart'])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Restart the service there.') })
  expect((await house.run(['gateway', 'status'])).stdout).toContain(`(process ${service.pid})`)
})

it('L-05 takes a token that is replaced during a restart', async () => {
  const gateway = await ownGateway()
  const [next, rotated] = await Promise.all([restarted(gateway), gateway.house.run(['gateway', 'token', '--rotate'])])
  expect([next.pid === gateway.pid, rotated.code]).toEqual([false, 0])
  expect(await short({ ...gateway, token: rotated.stdout.trim() }, false)).toBe(200)
  expect(await short(gateway, false)).toBe(401)
})

it('L-07 leads nobody else to a process of his own: the token alone orders none', async () => {
  const gateway = await gatewayBefore()
  const order = { launcher: '/bin/true', folder: '/', language: 'en', environment: {} }
  const answer = await fetch(`http://${gateway.host}/control/successor`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.token}` },
    body: JSON.stringify(order),
  })
  expect(answer.status).toBe(403)
  expect(await status(gateway)).toMatchObject({ pid: gateway.pid })
})

it('L-08 ends at the second signal, whatever runs', async () => {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const { upstream } = shared
  house.settings({
    models: { providers: { a: { baseUrl: upstream.url, apiKey: 'key-of-the-upstream', models: ['m'] } } },
  })
  const token = (await house.run(['gateway', 'token'])).stdout.trim()
  for (let round = 0; round < sizeOf('L-08'); round += 1) {
    const port = await freePort()
    const running = house.start(['gateway', 'run', '--port', String(port)])
    await running.says(/Gateway listening/)
    const cut = streamed({ port, token }, 'endless').catch(() => 'cut')
    await expect.poll(() => upstream.streams(), { timeout: 5_000, interval: 10 }).toBe(1)
    running.child.kill('SIGTERM')
    await running.says(/a second signal ends now/)
    const second = performance.now()
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0 })
    expect(performance.now() - second).toBeLessThan(1_500)
    expect(await cut).toBe('cut')
    await expect.poll(() => upstream.streams(), { timeout: 5_000, interval: 10 }).toBe(0)
  }
})

it('L-08 ends after 120 s, though a stream never does', async (context) => {
  if (!IS_LARGE) return context.skip('two minutes are too long here: npm run torture -- live nightly')
  const gateway = await gatewayBefore()
  const cut = streamed(gateway, 'endless').catch(() => 'cut')
  await expect.poll(() => gateway.upstream.streams(), { timeout: 5_000, interval: 10 }).toBe(1)
  const began = performance.now()
  process.kill(gateway.pid, 'SIGTERM')
  await expect.poll(() => isAlive(gateway.pid), { timeout: 130_000, interval: 50 }).toBe(false)
  expect(performance.now() - began).toBeGreaterThan(119_000)
  expect(performance.now() - began).toBeLessThan(121_500)
  expect(await cut).toBe('cut')
})
