import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSettings } from './read.ts'
import { placesIn, read, replacedAt, WHOLE } from './settings.fixture.ts'

describe('a wrong value', () => {
  it.each([
    [
      '{ agents: { defaults: { model: 5 } } }',
      'agents.defaults.model',
      'a model ref, an alias, or an object with primary and fallbacks, met 5',
    ],
    ['{ agents: { defaults: { model: "" } } }', 'agents.defaults.model', 'a model ref or alias, met an empty text'],
    [
      '{ agents: { defaults: { model: { primary: 5 } } } }',
      'agents.defaults.model.primary',
      'a model ref or alias, met 5',
    ],
    [
      '{ agents: { defaults: { model: { fallbacks: "a/b" } } } }',
      'agents.defaults.model.fallbacks',
      'a list of model refs or aliases, met a text',
    ],
    [
      '{ agents: { defaults: { model: { fallbacks: ["a/b", null] } } } }',
      'agents.defaults.model.fallbacks.1',
      'a model ref or alias, met null',
    ],
    ['{ agents: { list: { id: "x" } } }', 'agents.list', 'a list of agents, met an object'],
    ['{ agents: { list: [{ id: "x" }, { model: "a/b" }] } }', 'agents.list.1.id', 'a text, met nothing'],
    ['{ gateway: { port: "abc" } }', 'gateway.port', 'a whole number from 1 to 65535, met "abc"'],
    ['{ gateway: { port: 99999 } }', 'gateway.port', 'a whole number from 1 to 65535, met 99999'],
    ['{ gateway: { port: 80.5 } }', 'gateway.port', 'a whole number from 1 to 65535, met 80.5'],
    ['{ gateway: { port: NaN } }', 'gateway.port', 'a whole number from 1 to 65535, met NaN'],
    ['{ gateway: { refFallback: "no" } }', 'gateway.refFallback', 'true or false, met "no"'],
    ['{ gateway: [] }', 'gateway', 'an object, met a list'],
    ['{ language: "fr" }', 'language', '"en", "zh-CN" or "zh-TW", met "fr"'],
    [
      '{ models: { limits: { idleMs: 1e12 } } }',
      'models.limits.idleMs',
      'a whole number from 1 to 2147483647, met 1000000000000',
    ],
    ['{ models: { providers: [] } }', 'models.providers', 'an object with a key for each provider, met a list'],
    [
      '{ models: { providers: { x: { models: "a" } } } }',
      'models.providers.x.models',
      'a list of model ids or of objects with an id, met a text',
    ],
    [
      '{ models: { providers: { x: { models: [5] } } } }',
      'models.providers.x.models.0',
      'a model id or an object with an id, met 5',
    ],
    [
      '{ models: { providers: { x: { models: [{ name: "A" }] } } } }',
      'models.providers.x.models.0.id',
      'a text, met nothing',
    ],
    [
      '{ models: { providers: { x: { models: [{ id: "a", input: ["sound"] }] } } } }',
      'models.providers.x.models.0.input.0',
      '"text" or "image", met "sound"',
    ],
    [
      '{ models: { providers: { x: { models: [{ id: "a", maxTokens: 0 }] } } } }',
      'models.providers.x.models.0.maxTokens',
      'a whole number 1 or more, met 0',
    ],
    [
      '{ models: { providers: { x: { baseUrl: "localhost:1234" } } } }',
      'models.providers.x.baseUrl',
      'an http or https address, met a text',
    ],
    [
      '{ models: { providers: { x: { quota: { requestsPerDay: -1 } } } } }',
      'models.providers.x.quota.requestsPerDay',
      'a whole number 0 or more, met -1',
    ],
    [
      '{ models: { providers: { x: { quota: { timeZone: "Beijing" } } } } }',
      'models.providers.x.quota.timeZone',
      'the name of a time zone, such as Asia/Shanghai or UTC, met "Beijing"',
    ],
    ['{ models: { aliases: { q: {} } } }', 'models.aliases.q', 'a model ref or alias, met an object'],
    [
      '{ auth: { profiles: { "x:a": { provider: "x", mode: "password" } } } }',
      'auth.profiles.x:a.mode',
      '"oauth" or "api_key", met "password"',
    ],
    ['{ auth: { order: { x: "x:a" } } }', 'auth.order.x', 'a list of profile ids, met a text'],
    ['{ plugins: { entries: { x: true } } }', 'plugins.entries.x', 'an object, met true'],
    ['[]', '', 'an object, met a list'],
    ['null', '', 'an object, met null'],
  ])('in %s is told with its path and what was expected', (upper, path, told) => {
    const found = read({ upper })
    expect(found).toEqual({
      kind: 'invalid',
      in: 'upper',
      path: path === '' ? [] : path.split('.'),
      wrong: `expected ${told}`,
    })
  })

  it.each(['apiKey', 'accessToken', 'refreshToken'])('in the place of a secret is not shown (%s)', (key) => {
    const found = read({ upper: `{ models: { providers: { x: { ${key}: 73512 } } } }` })
    expect(found).toMatchObject({ wrong: 'expected a text, met a number' })
  })

  it('that is a variable is shown by its name', () => {
    const found = read({ upper: `{ language: '\${LANGUAGE}' }`, environment: { LANGUAGE: 'hidden' } })
    expect(found).toMatchObject({ wrong: 'expected "en", "zh-CN" or "zh-TW", met "${LANGUAGE}"' })
  })
})

describe('the file at fault', () => {
  it('is the one that holds the wrong value', () => {
    expect(read({ upper: '{}', lower: '{ gateway: { port: 0 } }' })).toMatchObject({ in: 'lower' })
    expect(read({ upper: '{ gateway: { port: 0 } }', lower: '{ gateway: { port: 1 } }' })).toMatchObject({
      in: 'upper',
    })
  })

  it('is the one that holds the thing around a key that is missing', () => {
    const incomplete = `{ auth: { profiles: { 'x:a': { mode: 'oauth' } } } }`
    expect(read({ upper: incomplete, lower: '{ auth: {} }' })).toMatchObject({ in: 'upper' })
    expect(read({ upper: '{ auth: {} }', lower: incomplete })).toMatchObject({ in: 'lower' })
  })

  it('is the lower one when that holds no object, which the upper one does not hide', () => {
    expect(read({ upper: '{ language: "en" }', lower: '[1]' })).toEqual({
      kind: 'invalid',
      in: 'lower',
      path: [],
      wrong: 'expected an object, met a list',
    })
  })
})

it('says in plain words what was expected, wherever a wrong value stands', () => {
  const places = placesIn(WHOLE, [])
  const nonsense = fc.constantFrom(null, 0.5, -1, '', 'x', true, [], {}, [[]], [{}], [null], { a: [] })
  fc.assert(
    fc.property(fc.constantFrom(...places), nonsense, (path, value) => {
      const found = readSettings({ upper: replacedAt(WHOLE, path, value), lower: {} }, {})
      if (found.kind === 'ok') return
      expect(String(found.wrong)).toMatch(/^expected (?!Invalid).+, met .+$/)
      expect(found.path.length).toBeGreaterThan(0)
      expect(found.in).toBe('upper')
    }),
    { numRuns: 1_000 },
  )
})
