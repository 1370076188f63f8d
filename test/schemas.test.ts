/** The JSON that commands print is what its JSON Schema says, and the documentation names every one of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { COMMANDS } from '../src/cli/tree.ts'
import { newHouse, type EmulatorHandle, type House, type Ran } from './journeys/support/house.ts'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'schemas')

/** These change something: what they print tells what became of it. */
const WRITING = [
  /^models (?:set|set-image|auth (?:login|import|logout|rename|order set|order clear))$/,
  /^models (?:aliases|fallbacks|image-fallbacks) (?:add|remove|clear)$/,
  /^models cooldowns clear$/,
  /^plugins (?:enable|disable)$/,
  /^gateway (?:start|stop|restart|token create|token revoke)$/,
  /^config (?:set|unset|import)$/,
]
const READING = COMMANDS.filter(
  ({ words, options }) =>
    options.some(({ name }) => name === 'json') && !WRITING.some((writing) => writing.test(words)),
).map(({ words }) => words)

function schemaOf(words: string): ReturnType<typeof z.fromJSONSchema> {
  const text = readFileSync(join(folder, `${words.replaceAll(' ', '-')}.schema.json`), 'utf8')
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0])
}

/** The value, once its schema holds. */
function held(words: string, text: string): unknown {
  const value: unknown = JSON.parse(text)
  expect(schemaOf(words).safeParse(value).error?.issues).toBeUndefined()
  return value
}

let house: House
let emulator: EmulatorHandle
beforeAll(async () => {
  house = newHouse()
  emulator = await house.emulator()
})
afterAll(() => house.leave())

const read = async (words: string, more: readonly string[] = []): Promise<unknown> =>
  held(words, (await house.run([...words.split(' '), ...more, '--json'])).stdout)

describe('every command that reads', () => {
  it('has a JSON Schema, and every schema is of one of them or of errors', () => {
    const names = READING.map((words) => `${words.replaceAll(' ', '-')}.schema.json`)
    expect(readdirSync(folder).toSorted()).toEqual([...names, 'error.schema.json', 'openclaw.schema.json'].toSorted())
  })

  it.each(['en', 'zh-CN'])('is documented in %s', (language) => {
    const page = readFileSync(join(root, 'docs', language, 'json-output.md'), 'utf8')
    for (const words of READING) expect(page).toContain(`openclaw ${words}`)
    for (const file of readdirSync(folder)) expect(page).toContain(`schemas/${file}`)
    const linked = [...page.matchAll(/schemas\/[\w.-]+\.json/g)].map(([file]) => file)
    expect(linked.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

describe('an empty home', () => {
  it.each(
    READING.filter(
      (words) =>
        !['agent', 'plugins info', 'models show', 'models explain', 'requests show', 'requests tail'].includes(words),
    ),
  )('%s prints what its schema says', async (words) => {
    await read(words)
  })
})

describe('a home in use', () => {
  beforeAll(async () => {
    house.pointAt(emulator)
    await house.signIn(emulator)
  })

  it('agent', async () => {
    expect(await read('agent', ['--message', 'hello'])).toMatchObject({
      model: 'qwen-portal/coder-model',
      profile: 'qwen-portal:default',
      attempts: [],
      finishReason: 'stop',
      usage: { outputTokens: expect.any(Number) as number },
    })
  })

  it('gateway status', async () => {
    await house.gateway()
    expect(await read('gateway status')).toMatchObject({ running: true, streams: 0, problems: [] })
  })

  it('models status, checked and probed, and the logins behind it', async () => {
    expect(await read('models status', ['--check', '--probe'])).toMatchObject({
      check: { exit: 0, profiles: [{ profile: 'qwen-portal:default', verdict: 'ok' }, { profile: 'backup:default' }] },
      probe: { 'qwen-portal:default': { result: 'answered' }, 'backup:default': { result: 'answered' } },
    })
    await emulator.order('faults', { path: '/v1/chat/completions', kind: 'status', status: 429, times: 9 })
    await house.run(['agent', '--message', 'x'])
    expect(await read('models auth status', ['qwen-portal:default'])).toMatchObject({
      profiles: [{ id: 'qwen-portal:default', renewable: true, rests: [{ kind: 'rate-limit' }] }],
    })
    expect(await read('models auth list', ['--provider', 'qwen-portal'])).toMatchObject({ profiles: [{ place: 1 }] })
    expect(await read('models auth order get')).toMatchObject({
      orders: { 'qwen-portal': { profiles: ['qwen-portal:default'], set: null } },
    })
  })

  it('models, with logins of every kind, a counted account, aliases, chains and what nobody knows', async () => {
    house.settings({
      plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
      models: {
        providers: {
          'qwen-portal': {
            baseUrl: 'https://portal.qwen.ai/v1',
            accessToken: 'at',
            refreshToken: 'rt',
            expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
          },
          keyed: {
            baseUrl: 'https://example.com/v1',
            apiKey: 'k',
            models: ['m', { id: 'n', name: 'N', input: ['text', 'image'], contextWindow: 8_192, maxTokens: 1_024 }],
          },
          unset: { baseUrl: 'https://example.com/v1', apiKey: '${NOT_SET_HERE}', proxy: 'off', limits: { idleMs: 9 } },
        },
        aliases: { qwen: 'qwen-portal/coder-model', lost: 'keyed/gone' },
      },
      auth: {
        profiles: { 'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth', email: 'a@b.c' } },
        order: { 'qwen-portal': ['qwen-portal:default'] },
      },
      agents: {
        defaults: {
          model: { primary: 'qwen', fallbacks: ['keyed/m', 'lost'] },
          imageModel: { primary: 'keyed/n', fallbacks: ['qwen-portal/vision-model', 'keyed/gone'] },
        },
      },
      gateway: { proxy: 'http://me:rt@proxy.example:3128', ca: 'office.pem' },
      gatway: {},
    })
    const status = await read('models status')
    expect(status).toMatchObject({
      imageModel: 'keyed/n',
      imageFallbacks: ['qwen-portal/vision-model', 'keyed/gone'],
      quota: { 'qwen-portal:default': { limit: 2_000 } },
      providers: { 'qwen-portal': { retiredSince: '2026-04-15' } },
      auth: {
        profiles: {
          'keyed:default': { state: 'ok', mode: 'api_key' },
          'unset:default': { state: 'unset-variable', reason: 'NOT_SET_HERE' },
        },
      },
      network: {
        proxy: { kind: 'proxy', address: 'http://proxy.example:3128', place: 'gateway.proxy' },
        ca: null,
        providers: { unset: { proxy: { kind: 'none' }, limits: { idleMs: 9, connectMs: 5_000 } } },
      },
      problems: [expect.stringContaining('office.pem: there is no such file')],
      warnings: ['gatway (gateway?)'],
    })
    expect(await read('models auth list')).toMatchObject({ schema: 1 })
    expect(await read('models auth status')).toMatchObject({ schema: 1 })
    expect(await read('models auth order get')).toMatchObject({
      orders: { 'qwen-portal': { set: ['qwen-portal:default'] } },
    })
    expect(await read('models list')).toMatchObject({
      models: expect.arrayContaining([
        {
          ref: 'keyed/n',
          name: 'N',
          input: ['text', 'image'],
          contextWindow: 8_192,
          maxTokens: 1_024,
          available: true,
          tags: ['image'],
        },
        {
          ref: 'keyed/gone',
          available: false,
          unready: 'model-not-found',
          tags: ['fallback#2', 'img-fallback#2', 'alias:lost', 'missing'],
        },
      ]) as unknown[],
    })
    expect(await read('models aliases list')).toEqual({
      aliases: { qwen: 'qwen-portal/coder-model', lost: 'keyed/gone' },
      missing: ['lost'],
    })
    expect(await read('models fallbacks list')).toEqual({ fallbacks: ['keyed/m', 'lost'], missing: ['lost'] })
    expect(await read('models image-fallbacks list')).toEqual({
      fallbacks: ['qwen-portal/vision-model', 'keyed/gone'],
      missing: ['keyed/gone'],
    })
    expect(await read('plugins info', ['qwen-portal-auth'])).toMatchObject({ state: 'on', origin: 'bundled' })
    expect(await read('plugins list')).toMatchObject({
      plugins: expect.arrayContaining([
        expect.objectContaining({ id: 'qwen-portal-auth', state: 'on' }),
        expect.objectContaining({ id: 'openai', state: 'waits-for-key' }),
      ]) as unknown[],
    })
    const got = await read('config get')
    expect(got).toMatchObject({ models: { providers: { keyed: { apiKey: '[hidden]' } } } })
    expect(await read('config get', ['models.aliases.qwen'])).toBe('qwen-portal/coder-model')
    expect(JSON.stringify([status, got])).not.toMatch(/"(at|rt|k)"/)
  })
})

describe('an error', () => {
  const failed = async (words: readonly string[]): Promise<Ran> => house.run([...words, '--json'])

  it.each([
    [['models', 'set', 'nobody/else'], 1],
    [['models', 'lst'], 2],
    [['config', 'get', 'not.set'], 1],
  ])('of %j is JSON on stderr, and nothing on stdout', async (words, code) => {
    const ran = await failed(words)
    expect(ran).toMatchObject({ code, stdout: '' })
    expect(held('error', ran.stderr)).toMatchObject({ exit: code, error: { run: expect.any(String) as string } })
  })

  it('of somebody who is not signed in has an exit code of its own', async () => {
    const other = newHouse()
    try {
      const ran = await other.run(['agent', '--message', 'x', '--json'])
      expect(held('error', ran.stderr)).toMatchObject({ exit: 4, error: { code: 'no-model-set' } })
    } finally {
      await other.leave()
    }
  })
})

it.each(READING)('the schema of %s refuses what it does not say', (words) => {
  expect(schemaOf(words).safeParse(words === 'config get' ? undefined : { schema: 2 }).success).toBe(false)
})

describe('a key', () => {
  it('in the environment, with a chain of retired, unlisted and unknown models', async () => {
    house.settings({
      agents: { defaults: { model: { primary: 'openai/gpt-4o', fallbacks: ['openai/gpt-99', 'nobody/m'] } } },
    })
    const ran = await house.run(['models', 'status', '--json'], { env: { OPENAI_API_KEY: 'sk-not-to-be-seen' } })
    expect(held('models status', ran.stdout)).toMatchObject({
      chain: [{ state: 'ok', retirement: {} }, { state: 'unlisted' }, { state: 'unknown-provider' }],
    })
    expect(ran.stdout).not.toContain('sk-not-to-be-seen')
  })

  it('is not needed for the whole catalogue, nor for each of its rows alone', async () => {
    expect(await read('models list', ['--all'])).toMatchObject({ schema: 1 })
    expect(schemaOf('models list').safeParse({ schema: 1, models: [{}] }).success).toBe(false)
    for (const ref of ['openai/gpt-4o', 'modelstudio/qwen3.7-plus', 'qwen-portal/coder-model']) {
      expect(await read('models show', [ref])).toMatchObject({ ref })
    }
  })
})
