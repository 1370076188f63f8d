import { describe, expect, it } from 'vitest'
import { readSettings } from './read.ts'
import { DEFAULT_LIMITS, DEFAULT_PORT } from './schema.ts'
import { read, settingsFrom } from './settings.fixture.ts'

/** After a login, with a real date in the place of the guide's dots. */
const LOGGED_IN = `{
  "models": {
    "providers": {
      "qwen-portal": {
        "baseUrl": "https://portal.qwen.ai/v1",
        "accessToken": "at-1",
        "refreshToken": "rt-1",
        "expiresAt": "2026-07-22T10:00:00.000Z"
      }
    }
  },
  "auth": {
    "profiles": {
      "qwen-portal:default": { "provider": "qwen-portal", "mode": "oauth", "email": "your@email.com" }
    }
  }
}`

const COMBINED = `{
  "models": {
    "providers": {
      "anthropic": { "apiKey": "\${ANTHROPIC_API_KEY}" },
      "qwen-portal": {
        // written by the login
      }
    }
  },
  "agents": {
    "defaults": {
      "model": {
        "primary": "anthropic/claude-opus-4-20250514",
        "fallbacks": ["qwen-portal/coder-model", "openai/gpt-4o"]
      }
    }
  }
}`

describe.each(['upper', 'lower'] as const)("the guides' shapes, in the %s file", (file) => {
  const from = (text: string, environment = {}) => settingsFrom({ [file]: text, environment })

  it('hold a login: an address, a token pair with its end, a profile with an address of mail', () => {
    const { providers, profiles } = from(LOGGED_IN)
    expect(providers.get('qwen-portal')?.baseUrl).toBe('https://portal.qwen.ai/v1')
    expect(profiles.get('qwen-portal:default')).toEqual({
      id: 'qwen-portal:default',
      provider: 'qwen-portal',
      mode: 'oauth',
      email: 'your@email.com',
      credential: {
        kind: 'oauth',
        accessToken: 'at-1',
        refreshToken: 'rt-1',
        expiresAt: new Date('2026-07-22T10:00:00Z'),
      },
    })
  })

  it('hold a login whose end is written as dots: it counts as past, so that the token is renewed', () => {
    const { profiles } = from(LOGGED_IN.replace('2026-07-22T10:00:00.000Z', '...'))
    expect(profiles.get('qwen-portal:default')?.credential).toMatchObject({ kind: 'oauth', expiresAt: new Date(0) })
  })

  it('hold a model as a plain ref', () => {
    const { defaults } = from(`{ "agents": { "defaults": { "model": "qwen-portal/coder-model" } } }`)
    expect(defaults).toEqual({ agent: 'main', primary: 'qwen-portal/coder-model', fallbacks: [] })
  })

  it('hold a model as a primary with what comes after it', () => {
    const { defaults } = from(`{ "agents": { "defaults": { "model": {
      "primary": "qwen-portal/coder-model",
      "fallbacks": ["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"],
    } } } }`)
    expect(defaults).toEqual({
      agent: 'main',
      primary: 'qwen-portal/coder-model',
      fallbacks: ['anthropic/claude-sonnet-4-20250514', 'openai/gpt-4o'],
    })
  })

  it('hold agents with a model each, none of which is the default', () => {
    const { agents, defaultAgent } = from(`{ "agents": { "list": [
      { "id": "quick-tasks", "model": "qwen-portal/coder-model" },
      { "id": "complex-tasks", "model": "anthropic/claude-opus-4-20250514" },
    ] } }`)
    expect([...agents.values()]).toEqual([
      { agent: 'quick-tasks', primary: 'qwen-portal/coder-model', fallbacks: [] },
      { agent: 'complex-tasks', primary: 'anthropic/claude-opus-4-20250514', fallbacks: [] },
    ])
    expect(defaultAgent).toBe('main')
  })

  it('hold a key by the name of its variable, beside a provider that says nothing', () => {
    const { providers, profiles, defaults } = from(COMBINED, { ANTHROPIC_API_KEY: 'sk-1' })
    expect([...providers.keys()]).toEqual(['anthropic', 'qwen-portal'])
    expect(profiles.get('anthropic:default')).toEqual({
      id: 'anthropic:default',
      provider: 'anthropic',
      mode: 'api_key',
      credential: { kind: 'api-key', apiKey: 'sk-1' },
    })
    expect(profiles.has('qwen-portal:default')).toBe(false)
    expect(defaults.fallbacks).toEqual(['qwen-portal/coder-model', 'openai/gpt-4o'])
  })

  it('hold an address that replaces the own one of a plugin', () => {
    const { providers } = from(
      `{ models: { providers: { 'qwen-portal': { baseUrl: 'https://elsewhere.qwen.ai/v1' } } } }`,
    )
    expect(providers.get('qwen-portal')?.baseUrl).toBe('https://elsewhere.qwen.ai/v1')
  })
})

it("reads every one of the guides' shapes without a warning", () => {
  const found = read({ upper: COMBINED, lower: LOGGED_IN, environment: { ANTHROPIC_API_KEY: 'sk-1' } })
  expect(found).toMatchObject({ kind: 'ok', warnings: [] })
})

it('has a meaning for no file at all', () => {
  const settings = settingsFrom({})
  expect(settings.gateway).toMatchObject({ port: DEFAULT_PORT, bind: 'loopback', refFallback: true })
  expect(settings.defaults).toEqual({ agent: 'main', fallbacks: [] })
  expect(settings.limits).toEqual(DEFAULT_LIMITS)
  expect(settings.rotate).toBe(false)
  expect(settings.profiles.size + settings.providers.size + settings.agents.size).toBe(0)
})

describe('the two files together', () => {
  it('make one provider entry of both, the upper one counting where both speak', () => {
    const { providers, profiles } = settingsFrom({
      lower: LOGGED_IN,
      upper: `{ models: { providers: { 'qwen-portal': { models: ['a'], baseUrl: 'http://127.0.0.1:9/v1' } } } }`,
    })
    expect(providers.get('qwen-portal')).toMatchObject({ baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'a' }] })
    expect(profiles.get('qwen-portal:default')?.credential).toMatchObject({ accessToken: 'at-1' })
  })

  it('keep the fallbacks of the lower one where the upper one names a primary only', () => {
    const { defaults } = settingsFrom({
      lower: `{ agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } } } }`,
      upper: `{ agents: { defaults: { model: { primary: 'e/f' } } } }`,
    })
    expect(defaults).toEqual({ agent: 'main', primary: 'e/f', fallbacks: ['c/d'] })
  })

  it('do not join their lists', () => {
    const { agents } = settingsFrom({
      lower: `{ agents: { list: [{ id: 'old' }, { id: 'older' }] } }`,
      upper: `{ agents: { list: [{ id: 'new' }] } }`,
    })
    expect([...agents.keys()]).toEqual(['new'])
  })
})

describe("an agent's model", () => {
  const agent = (entry: string) =>
    settingsFrom({
      upper: `{ agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } }, list: [{ id: 'x', ${entry} }] } }`,
    }).agents.get('x')

  it('as a plain ref replaces the primary and inherits the fallbacks', () => {
    expect(agent(`model: 'e/f'`)).toEqual({ agent: 'x', primary: 'e/f', fallbacks: ['c/d'] })
  })

  it('as an object replaces both', () => {
    expect(agent(`model: { primary: 'e/f', fallbacks: ['g/h'] }`)).toMatchObject({ primary: 'e/f', fallbacks: ['g/h'] })
    expect(agent(`model: { primary: 'e/f' }`)).toMatchObject({ primary: 'e/f', fallbacks: [] })
  })

  it('has no fallbacks where the list of them is empty', () => {
    expect(agent(`model: { fallbacks: [] }`)).toEqual({ agent: 'x', primary: 'a/b', fallbacks: [] })
  })

  it('is that of the defaults where the agent says nothing', () => {
    expect(agent('')).toEqual({ agent: 'x', primary: 'a/b', fallbacks: ['c/d'] })
  })
})

it('takes the agent that is marked as the default for it', () => {
  expect(settingsFrom({ upper: `{ agents: { list: [{ id: 'a' }, { id: 'b', default: true }] } }` }).defaultAgent).toBe(
    'b',
  )
})

it('knows the image model as a ref or as an object', () => {
  const imageModel = (model: string) =>
    settingsFrom({ upper: `{ agents: { defaults: { imageModel: ${model} } } }` }).imageModel
  expect(imageModel(`'a/b'`)).toBe('a/b')
  expect(imageModel(`{ primary: 'a/b' }`)).toBe('a/b')
})

it('reads the fallbacks of the image model, which are its own', () => {
  const settings = settingsFrom({
    upper: `{ agents: { defaults: {
      model: { primary: 'a/b', fallbacks: ['a/c'] },
      imageModel: { primary: 'a/eyes', fallbacks: ['b/eyes', 'c/eyes'] },
    } } }`,
  })
  expect(settings.imageFallbacks).toEqual(['b/eyes', 'c/eyes'])
  expect(settings.defaults.fallbacks).toEqual(['a/c'])
  expect(settingsFrom({ upper: `{ agents: { defaults: { imageModel: 'a/b' } } }` }).imageFallbacks).toEqual([])
})

describe('an alias of an alias', () => {
  it('leads where that one leads, over both files', () => {
    const settings = settingsFrom({
      upper: `{ models: { aliases: { mine: 'quick' } } }`,
      lower: `{ models: { aliases: { quick: 'fast', fast: 'a/b' } } }`,
    })
    expect(Object.fromEntries(settings.aliases)).toEqual({ mine: 'a/b', quick: 'a/b', fast: 'a/b' })
  })

  it('that leads back to itself is refused, at its place in the file that the person writes', () => {
    const found = read({
      upper: `{ models: { aliases: { b: 'a' } } }`,
      lower: `{ models: { aliases: { a: 'b', c: 'x/y' } } }`,
    })
    expect(found).toMatchObject({ kind: 'invalid', in: 'upper', path: ['models', 'aliases', 'b'] })
    expect(found).toMatchObject({ wrong: 'this alias leads back to itself (b -> a -> b)' })
    expect(read({ lower: `{ models: { aliases: { me: 'me' } } }` })).toMatchObject({
      in: 'lower',
      path: ['models', 'aliases', 'me'],
      wrong: 'this alias leads back to itself (me -> me)',
    })
  })
})

it('reads switches, limits and order as they were written', () => {
  const settings = settingsFrom({
    upper: `{
      plugins: { entries: { on: { enabled: true }, off: { enabled: false }, silent: {} } },
      gateway: { port: 1234, refFallback: false },
      auth: { rotate: true, order: { p: ['p:b', 'p:a'] } },
      models: { aliases: { short: 'a/b' }, limits: { idleMs: 10 } },
      language: 'zh-TW',
    }`,
  })
  expect([...settings.plugins].map(([id, { enabled }]) => [id, enabled])).toEqual([
    ['on', true],
    ['off', false],
    ['silent', false],
  ])
  expect(settings.gateway).toMatchObject({ port: 1234, refFallback: false })
  expect(settings.rotate).toBe(true)
  expect(settings.profileOrder.get('p')).toEqual(['p:b', 'p:a'])
  expect(settings.aliases.get('short')).toBe('a/b')
  expect(settings.limits).toEqual({ ...DEFAULT_LIMITS, idleMs: 10 })
  expect(settings.language).toBe('zh-TW')
})

describe('an unset variable', () => {
  it('stops its own provider and no other', () => {
    const { providers, profiles } = settingsFrom({
      upper: `{ models: { providers: {
        broken: { baseUrl: 'https://a.example/v1', apiKey: '\${NO_KEY}' },
        whole: { baseUrl: 'https://b.example/v1', apiKey: '\${A_KEY}' },
      } } }`,
      environment: { A_KEY: 'sk-1' },
    })
    expect(providers.get('broken')?.unsetVariables).toEqual(['NO_KEY'])
    expect(profiles.get('broken:default')).toMatchObject({ missing: { variable: 'NO_KEY' } })
    expect(profiles.get('broken:default')?.credential).toBeUndefined()
    expect(providers.get('whole')?.unsetVariables).toEqual([])
    expect(profiles.get('whole:default')?.credential).toEqual({ kind: 'api-key', apiKey: 'sk-1' })
  })

  it('in an address makes no file unreadable', () => {
    const found = read({ upper: `{ models: { providers: { p: { baseUrl: '\${HERE}/v1' } } } }` })
    expect(found.kind).toBe('ok')
  })

  it('in a place that must not be empty is told, and does not keep us busy for ever', () => {
    const found = read({ upper: `{ auth: { profiles: { 'p:a': { provider: 'p', mode: '\${MODE}' } } } }` })
    expect(found).toMatchObject({ kind: 'invalid', path: ['auth', 'profiles', 'p:a', 'mode'] })
  })

  it('is shown by its name, as the values are kept as they were written', () => {
    const found = read({
      upper: `{ language: 'en', models: { providers: { p: { apiKey: '\${A_KEY}' } } } }`,
      environment: { A_KEY: 'sk-1' },
    })
    expect(JSON.stringify(found.kind === 'ok' && found.values)).toContain('${A_KEY}')
    expect(JSON.stringify(found.kind === 'ok' && found.values)).not.toContain('sk-1')
  })
})

describe('a variable', () => {
  const readWith = (upper: unknown, environment: Record<string, string> = {}) =>
    readSettings({ upper, lower: undefined }, environment)

  it('that is not set concerns its place only, wherever that is', () => {
    for (const upper of [
      {
        models: {
          providers: {
            p: { baseUrl: 'https://p.example/v1', quota: { requestsPerDay: '${N}', timeZone: '${TZ_NAME}' } },
          },
        },
      },
      { language: '${L}' },
      { gateway: { port: '${P}', refFallback: '${F}' } },
      { models: { limits: { idleMs: '${I}' } } },
    ]) {
      expect(readWith(upper).kind).toBe('ok')
    }
  })

  it('that is set may be meant as a number or a flag', () => {
    const found = readWith({ gateway: { port: '${P}', refFallback: '${F}' } }, { P: '18801', F: 'false' })
    expect(found).toMatchObject({ kind: 'ok', settings: { gateway: { port: 18_801, refFallback: false } } })
  })

  it('does not make right what is wrong without it', () => {
    expect(readWith({ gateway: { port: '18801' } }).kind).toBe('invalid')
    expect(readWith({ gateway: { port: '${P}' } }, { P: 'abc' }).kind).toBe('invalid')
    expect(readWith({ gateway: { port: '${P}' } }, { P: '99999' }).kind).toBe('invalid')
  })
})
