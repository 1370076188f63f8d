/** What changes while a gateway serves: rows L-01 to L-05. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { isAlive } from '../../src/service/instance.ts'
import { ownTexts } from '../../src/stores/files/own-texts.ts'
import { settingsFile } from '../../src/stores/files/settings-file.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { locksAndNotes } from '../../src/stores/state-beside.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort, newHouse } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'
import { BODY, hasProc, memoryOf, realGateway, type RealGateway } from './support/real-gateway.ts'

let shared: RealGateway
let settings: string
beforeAll(async () => {
  shared = await realGateway()
  settings = shared.house.read('openclaw.json')
})
afterAll(() => shared.end())

/** With its settings as they were at first. */
async function gatewayBefore(): Promise<RealGateway> {
  writeFileSync(join(shared.house.stateFolder, 'openclaw.json'), settings)
  await expect.poll(() => problemsOf(shared), { timeout: 3_000, interval: 20 }).toEqual([])
  return shared
}

interface Kept {
  ask(token: string): Promise<number>
  /** Its connection was closed by the gateway. */
  readonly closed: () => boolean
}

/** One connection that rests between requests. */
function keptConnection(port: number): Kept {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  let closed = false
  return {
    closed: () => closed,
    ask: (token) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` }
        const asked = request({ host: '127.0.0.1', port, path: '/v1/models', headers, agent })
        asked.on('socket', (socket) => socket.once('close', () => (closed = true)))
        asked.on('error', reject)
        asked.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
        asked.end()
      }),
  }
}

/** Resolves when the answer, which never ends by itself, has begun; `cut` when it is cut. */
async function endless({ port, upstream }: RealGateway, token: string): Promise<{ readonly cut: Promise<void> }> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...JSON.parse(BODY), stream: true, user: 'endless' }),
  })
  expect([answer.status, upstream.streams()]).toEqual([200, 1])
  return {
    cut: answer.text().then(
      () => undefined,
      () => undefined,
    ),
  }
}

async function statusWith({ port }: RealGateway, token: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
  return answer.status
}

/** Short requests, one after the other, until `end`; what did not come back with 200. */
function asking(gateway: RealGateway): {
  readonly end: () => Promise<readonly string[]>
  readonly count: () => number
} {
  const failures: string[] = []
  let answered = 0
  const over = new AbortController()
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const came = await chatStatus(gateway).catch((error: unknown) => String(error))
      if (came === 200) answered += 1
      else failures.push(String(came))
      await sleep(5)
    }
  }
  const all = Promise.all([ask(), ask(), ask()])
  return {
    count: () => answered,
    async end() {
      over.abort()
      await all
      return failures
    },
  }
}

async function chatStatus({ port, token }: RealGateway): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: BODY,
  })
  await answer.text()
  return answer.status
}

async function problemsOf({ port, token }: RealGateway): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: `Bearer ${token}` } })
  const { problems } = (await answer.json()) as { readonly problems: readonly { message: string; run?: string }[] }
  return problems.map(({ message, run }) => `${message} Run: ${run ?? ''}`)
}

interface Poison {
  readonly name: string
  readonly text: string | Buffer
  /** What `/health` says then, beside the file and the line; undefined = the settings are taken, and all serves. */
  readonly told?: RegExp
  /** Our own command line cannot go on with it either. */
  readonly stops?: false
}

/** Made of settings that are good. */
function poisons(good: string): readonly Poison[] {
  const value = JSON.parse(good) as { readonly gateway: object; readonly models: object }
  const text = (more: object): string => JSON.stringify({ ...value, ...more }, undefined, 2)
  const port = (value.gateway as { readonly port?: number }).port ?? 18_789
  return [
    { name: 'bad syntax', text: `${good.slice(0, -2)} oops`, told: /:\d+:\d+: met / },
    { name: 'a wrong kind of value', text: text({ gateway: { port: 'high' } }), told: /gateway\.port: expected/ },
    {
      name: 'a circle of aliases',
      text: text({ models: { ...value.models, aliases: { one: 'two', two: 'one' } } }),
      told: /one -> two -> one|two -> one -> two/,
    },
    { name: '0 bytes', text: '', told: /:1:1: the file is empty/, stops: false },
    { name: 'half of it', text: good.slice(0, good.length / 2), told: /:\d+:\d+: met / },
    { name: 'no text at all', text: Buffer.from([0xff, 0xfe, 0x00]), told: /not UTF-8/ },
    {
      name: 'another port',
      text: text({ gateway: { port: port + 1 } }),
      told: /gateway\.port was changed/,
      stops: false,
    },
    { name: 'an unknown key', text: text({ gatway: { port: 1 } }), stops: false },
    {
      name: 'a plugin that is missing',
      text: text({ plugins: { entries: { nowhere: { enabled: true } } } }),
      stops: false,
    },
    {
      name: 'fallbacks that lead back',
      text: text({ agents: { defaults: { model: { primary: 'a/m', fallbacks: ['a/m', 'loop', 'a/m'] } } } }),
      stops: false,
    },
  ]
}

it(
  'L-01 goes on with the last good settings, and says what is wrong with the new ones',
  { timeout: 3_000 * sizeOf('L-01') },
  async () => {
    const gateway = await gatewayBefore()
    const { house } = gateway
    const file = join(house.stateFolder, 'openclaw.json')
    const good = house.read('openclaw.json')
    const load = asking(gateway)
    const size = sizeOf('L-01')
    for (let round = 0; round < size; round += 1) {
      const all = poisons(good)
      const { name, text, told, stops = true } = all[round % all.length] ?? { name: 'none', text: '' }
      // As an editor does that empties the file first, and as one that does not.
      if (round % 2 === 0) truncateSync(file)
      writeFileSync(file, text)
      if (told) {
        await expect
          .poll(() => problemsOf(gateway), { timeout: 3_000, interval: 20 })
          .toEqual([expect.stringMatching(told)])
        const [problem = ''] = await problemsOf(gateway)
        expect([name, problem]).toEqual([name, expect.stringMatching(/Run: ./)])
        if (stops && round < 3) {
          const status = await house.run(['gateway', 'status'])
          expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(told) })
          expect(status.stdout).toContain('Run: ')
          const models = await house.run(['models', 'status'])
          expect([name, models.code, models.stderr]).toEqual([name, 0, expect.stringMatching(told)])
          expect(models.stderr).toContain('so the last good ones are')
          expect(models.stderr).toContain(file)
        }
      } else await expect.poll(() => problemsOf(gateway), { timeout: 3_000, interval: 20 }).toEqual([])
      expect(readFileSync(file).equals(Buffer.from(text))).toBe(true)
      writeFileSync(file, good)
      await expect.poll(() => problemsOf(gateway), { timeout: 3_000, interval: 20 }).toEqual([])
    }
    expect(await load.end()).toEqual([])
    expect(load.count()).toBeGreaterThan(size)
  },
)

it(
  'L-02 takes each new settings while programs ask, and keeps nothing of the old ones',
  { timeout: 3_000 * sizeOf('L-02') },
  async () => {
    const gateway = await gatewayBefore()
    const { house, port, token, pid } = gateway
    const good = JSON.parse(house.read('openclaw.json')) as { readonly models: object }
    const ids = async (): Promise<readonly string[]> => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return ((await answer.json()) as { readonly data: readonly { readonly id: string }[] }).data.map(({ id }) => id)
    }
    const load = asking(gateway)
    const size = sizeOf('L-02')
    const memory: number[] = []
    const files: number[] = []
    for (let reload = 0; reload < size; reload += 1) {
      house.settings({ ...good, models: { ...good.models, aliases: { [`name-${reload}`]: 'a/m' } } })
      await expect.poll(ids, { timeout: 5_000, interval: 15 }).toContain(`name-${reload}`)
      if (hasProc) {
        memory.push(memoryOf(pid))
        files.push(readdirSync(`/proc/${pid}/fd`).length)
      }
    }
    expect(await load.end()).toEqual([])
    if (!hasProc) return
    // Connections come and go; watches do not add up.
    expect((files.at(-1) ?? 0) - (files[0] ?? 0)).toBeLessThan(12)
    const fifth = Math.floor(size / 5)
    const grown = (memory.at(-1) ?? 0) - (memory[fifth] ?? 0)
    expect(grown).toBeLessThan(32 * 1_048_576)
  },
)

it(
  'L-03 loses no update of two commands and a hand that takes no lease',
  { timeout: 3_000 * sizeOf('L-03') },
  async () => {
    const gateway = await gatewayBefore()
    const { house } = gateway
    const file = join(house.stateFolder, 'openclaw.json')
    const rounds = Math.max(4, Math.ceil(sizeOf('L-03') / 3))
    const wanted: string[] = []
    /** Reads, changes and puts its text in place, without a lease, as an editor does. */
    const byHand = async (name: string): Promise<void> => {
      for (;;) {
        await sleep(Math.random() * 120)
        const before = readFileSync(file, 'utf8')
        if (before.trim() === '') continue
        const value = JSON.parse(before) as { models: { aliases?: Record<string, string> } }
        value.models.aliases = { ...value.models.aliases, [name]: 'a/m' }
        writeFileSync(`${file}.hand`, JSON.stringify(value, undefined, 2))
        if (readFileSync(file, 'utf8') !== before) continue
        renameSync(`${file}.hand`, file)
        return
      }
    }
    const byCommand = async (words: readonly string[]): Promise<void> => {
      const ran = await house.run(words)
      expect([words, ran.code, ran.stderr]).toEqual([words, 0, expect.any(String)])
    }
    for (let round = 0; round < rounds; round += 1) {
      wanted.push(`first-${round}`, `second-${round}`, `hand-${round}`)
      await Promise.all([
        byCommand(['models', 'aliases', 'add', `first-${round}`, 'a/m']),
        byCommand(['config', 'set', `models.aliases.second-${round}`, 'a/m']),
        byHand(`hand-${round}`),
      ])
    }
    const { models } = JSON.parse(readFileSync(file, 'utf8')) as { readonly models: { readonly aliases: object } }
    expect(Object.keys(models.aliases).toSorted()).toEqual(wanted.toSorted())
    expect(await problemsOf(gateway)).toEqual([])
  },
)

it('L-03 waits for an editor that has emptied the file and not written yet', async () => {
  const gateway = await gatewayBefore()
  const { house } = gateway
  const file = join(house.stateFolder, 'openclaw.json')
  const good = house.read('openclaw.json')
  truncateSync(file)
  const writing = sleep(150).then(() => writeFileSync(file, good))
  const state = await openInlineState({ path: join(house.stateFolder, 'state.db'), clock: systemClock })
  const { lock, notes } = locksAndNotes(() => Promise.resolve(state), { clock: systemClock, holder: () => 'a test' })
  await settingsFile(
    file,
    lock,
    ownTexts(() => Promise.resolve(notes)),
  ).edit(() => [{ kind: 'set', path: ['models', 'aliases', 'mine'], value: 'a/m' }])
  await writing
  await state.close()
  expect(JSON.parse(house.read('openclaw.json'))).toMatchObject({
    agents: { defaults: { model: 'a/m' } },
    models: { aliases: { mine: 'a/m' } },
  })
})

it.concurrent(
  'L-04 serves by the last good settings after a crash in a reload, and says so',
  { timeout: 20_000 * sizeOf('L-04') },
  async (context) => {
    const gateway = await realGateway()
    context.onTestFinished(() => gateway.end())
    const { house, port } = gateway
    const file = join(house.stateFolder, 'openclaw.json')
    const good = house.read('openclaw.json')
    let { pid } = gateway
    for (let round = 0; round < sizeOf('L-04'); round += 1) {
      writeFileSync(file, round % 3 === 1 ? '' : good.slice(0, good.length / 2))
      await sleep((round * 37) % 200)
      process.kill(pid, 'SIGKILL')
      await context.expect.poll(() => isAlive(pid), { timeout: 2_000, interval: 5 }).toBe(false)
      const broken = readFileSync(file)
      // As a machine does that starts anew, and as a person does.
      const byPerson = round % 3 < 2
      if (byPerson) {
        const started = await house.run(['gateway', 'start', '--port', String(port)])
        expect([round, started.code, started.stderr]).toEqual([round, 0, expect.stringContaining(`${file}:`)])
      } else {
        const running = house.start(['gateway', 'run', '--port', String(port)])
        await running.says(/last good ones stay in use/)
        await running.says(/Gateway listening/)
      }
      expect(await chatStatus(gateway)).toBe(200)
      expect(await problemsOf(gateway)).toEqual([expect.stringContaining(`${file}:`)])
      expect(readFileSync(file).equals(broken)).toBe(true)
      writeFileSync(file, good)
      await context.expect.poll(() => problemsOf(gateway), { timeout: 3_000, interval: 20 }).toEqual([])
      ;({ pid } = JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout) as { pid: number })
    }
    expect(statSync(`${file}.last-good`).mode & 0o777).toBe(0o600)
  },
)

it.concurrent('L-04 does not start where no settings were ever good, and lets a running one be while they are not', async (context) => {
  const house = newHouse()
  context.onTestFinished(() => house.leave())
  house.settings('{ broken')
  const refused = await house.run(['gateway', 'start', '--port', String(await freePort())])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('openclaw.json:1:') })
  house.settings('{}')
  const { url } = await house.gateway()
  house.settings('{ broken')
  const restarted = await house.run(['gateway', 'restart'])
  expect(restarted).toMatchObject({ code: 1, stderr: expect.stringContaining('openclaw.json:1:') })
  expect((await fetch(`${url}/health`)).status).toBe(200)
  house.settings('{}')
})

it('L-05 stays with the token that it has while the file holds none, or one that could be guessed, and says so', async () => {
  const gateway = await gatewayBefore()
  const { house, token } = gateway
  const problems = () => problemsOf(gateway)
  const file = join(house.stateFolder, 'gateway-token')
  for (const [text, said] of [
    ['changeme', 'could be guessed'],
    ['', 'is gone or empty'],
  ] as const) {
    writeFileSync(file, text)
    await expect.poll(problems, { timeout: 2_000, interval: 20 }).toEqual([expect.stringContaining(said)])
  }
  writeFileSync(file, token)
  await expect.poll(problems, { timeout: 2_000, interval: 20 }).toEqual([])
})

// The last one: the gateway that all share has another token then.
it('L-05 refuses the owner’s old token within a second, and ends what it had open', async () => {
  const gateway = await gatewayBefore()
  const { house, port, pid } = gateway
  let { token } = gateway
  for (let round = 0; round < sizeOf('L-05'); round += 1) {
    const kept = keptConnection(port)
    expect(await kept.ask(token)).toBe(200)
    const stream = await endless(gateway, token)
    const byHand = round % 2 === 1
    let next = randomBytes(24).toString('hex')
    const began = performance.now()
    if (byHand) writeFileSync(join(house.stateFolder, 'gateway-token'), `${next}\n`)
    else {
      const rotated = await house.run(['gateway', 'token', '--rotate'])
      expect(rotated.code).toBe(0)
      next = rotated.stdout.trim()
      // When the command ends it is so.
      expect(await statusWith(gateway, next)).toBe(200)
      expect(await statusWith(gateway, token)).toBe(401)
    }
    await stream.cut
    await expect.poll(kept.closed, { timeout: 2_000, interval: 5 }).toBe(true)
    if (byHand) expect(performance.now() - began).toBeLessThan(1_000)
    expect([await statusWith(gateway, token), await statusWith(gateway, next)]).toEqual([401, 200])
    expect(next).not.toBe(token)
    token = next
  }
  expect(JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout)).toMatchObject({ pid, streams: 0 })
})
