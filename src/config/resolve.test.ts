import { describe, expect, it } from 'vitest'
import { providerFrom, type Provider } from '../core/provider.ts'
import { formatRef } from '../core/ref.ts'
import type { Settings } from '../core/settings.ts'
import { resolveAgent, resolveModel, resolveName, type Resolved } from './resolve.ts'
import { settingsFrom } from './settings.fixture.ts'

const PROVIDERS = `providers: {
  'qwen-portal': { models: ['coder-model', 'vision-model'] },
  backup: { models: ['qwen3-coder-plus', 'vendor/gpt-4o'] },
  open: {},
}`

const house = (more = '', agents = ''): Settings =>
  settingsFrom({
    upper: `{
      models: { ${PROVIDERS}, aliases: { qwen: 'qwen-portal/coder-model' } },
      agents: {
        defaults: { model: { primary: 'qwen', fallbacks: ['backup/qwen3-coder-plus', 'qwen-portal/vision-model'] } },
        list: [${agents}],
      },
      ${more}
    }`,
  })

function providersOf(settings: Settings, off: readonly string[] = []): ReadonlyMap<string, Provider> {
  const on = [...settings.providers].filter(([id]) => !off.includes(id))
  return new Map(on.map(([id, entry]) => [id, providerFrom(id, undefined, entry)]))
}

function refs(resolved: Resolved): readonly string[] {
  return resolved.kind === 'ok' ? resolved.refs.map(formatRef) : [resolved.kind]
}

const ask = (asked: string, settings = house(), fallbacks?: readonly string[] | 'off'): Resolved =>
  resolveModel(asked, settings, providersOf(settings), fallbacks)

const CHAIN = ['qwen-portal/coder-model', 'backup/qwen3-coder-plus', 'qwen-portal/vision-model']

describe('openclaw', () => {
  it('means the defaults, under the id main', () => {
    expect(ask('openclaw')).toMatchObject({ kind: 'ok', agent: 'main' })
    expect(refs(ask('openclaw'))).toEqual(CHAIN)
    expect(refs(ask('openclaw/main'))).toEqual(CHAIN)
  })

  it('means the agent that is marked as the default', () => {
    const settings = house('', `{ id: 'quick', model: 'open/x', default: true }`)
    expect(ask('openclaw', settings)).toMatchObject({ agent: 'quick' })
    expect(refs(ask('openclaw', settings))).toEqual(['open/x', ...CHAIN.slice(1)])
    expect(refs(ask('openclaw/main', settings))).toEqual(CHAIN)
  })

  it('with an id means that agent, with the fallbacks that are its own', () => {
    const settings = house(
      '',
      `{ id: 'plain', model: 'open/x' }, { id: 'alone', model: { primary: 'open/x', fallbacks: [] } }`,
    )
    expect(refs(ask('openclaw/plain', settings))).toEqual(['open/x', ...CHAIN.slice(1)])
    expect(refs(ask('openclaw/alone', settings))).toEqual(['open/x'])
  })

  it('with an id that nobody has is refused with the nearest', () => {
    const settings = house('', `{ id: 'quick-tasks' }`)
    expect(ask('openclaw/quick-task', settings)).toEqual({
      kind: 'unknown-agent',
      agent: 'quick-task',
      nearest: 'quick-tasks',
    })
    expect(ask('openclaw/', settings)).toEqual({ kind: 'unknown-agent', agent: '' })
  })

  it('has no model before one is set', () => {
    const settings = settingsFrom({})
    expect(resolveModel('openclaw', settings, new Map())).toEqual({ kind: 'unset', agent: 'main' })
  })

  it("takes the caller's fallbacks, or none when they are off", () => {
    expect(refs(ask('openclaw', house(), ['open/y']))).toEqual(['qwen-portal/coder-model', 'open/y'])
    expect(refs(ask('openclaw', house(), 'off'))).toEqual(['qwen-portal/coder-model'])
    expect(refs(resolveAgent('main', house(), 'off'))).toEqual(['qwen-portal/coder-model'])
  })

  it('is not concerned by gateway.refFallback', () => {
    expect(refs(ask('openclaw', house('gateway: { refFallback: false }')))).toEqual(CHAIN)
  })
})

describe('a ref or alias', () => {
  it("goes first and is followed by the default agent's fallbacks", () => {
    expect(refs(ask('open/anything'))).toEqual(['open/anything', ...CHAIN.slice(1)])
    expect(refs(ask('qwen'))).toEqual(CHAIN)
  })

  it('stands in the chain once, at its first place', () => {
    expect(refs(ask('qwen-portal/vision-model'))).toEqual(['qwen-portal/vision-model', 'backup/qwen3-coder-plus'])
    expect(refs(ask('qwen', house(), ['qwen-portal/coder-model', 'open/a', 'open/a']))).toEqual([
      'qwen-portal/coder-model',
      'open/a',
    ])
  })

  it("is followed by the caller's own list instead, aliases among it", () => {
    expect(refs(ask('open/x', house(), ['qwen', 'open/y']))).toEqual(['open/x', 'qwen-portal/coder-model', 'open/y'])
    expect(refs(ask('open/x', house(), []))).toEqual(['open/x'])
  })

  it('is followed by nothing when fallbacks are off for the request, or in the settings', () => {
    expect(refs(ask('qwen', house(), 'off'))).toEqual(['qwen-portal/coder-model'])
    expect(refs(ask('qwen', house('gateway: { refFallback: false }')))).toEqual(['qwen-portal/coder-model'])
  })

  it('may pin a profile', () => {
    const resolved = ask('qwen-portal/coder-model@qwen-portal:work', house(), [])
    expect(resolved).toMatchObject({
      refs: [{ provider: 'qwen-portal', model: 'coder-model', profile: 'qwen-portal:work' }],
    })
  })

  it('in a fallback list that is neither is kept, to be refused by its name', () => {
    expect(ask('qwen', house(), ['nonsense'])).toMatchObject({
      refs: [{ provider: 'qwen-portal' }, { provider: 'nonsense' }],
    })
  })
})

describe('a name that nobody offers', () => {
  const named = (name: string, settings = house(), off: readonly string[] = []) =>
    resolveName(name, settings, providersOf(settings, off))

  it.each([
    ['qwen-portal/coder-modle', 'qwen-portal/coder-model'],
    ['backup/qwen3-coder', 'backup/qwen3-coder-plus'],
    ['coder-model', 'qwen-portal/coder-model'],
    ['qwne', 'qwen'],
    ['openai/gpt-4o', 'backup/vendor/gpt-4o'],
  ])('%s is refused, and %s named', (name, nearest) => {
    expect(named(name)).toMatchObject({ kind: 'unknown-model', nearest })
  })

  it.each([
    ['qwen/coder-model', 'qwen-portal/coder-model'],
    ['qwen/vision-model', 'qwen-portal/vision-model'],
    ['qwen/coder-modle', 'qwen-portal/coder-model'],
    ['qwen/zzz', 'qwen-portal/coder-model'],
  ])('%s, with the alias in the place of the provider, is refused, and %s named', (name, nearest) => {
    expect(named(name)).toEqual({ kind: 'unknown-model', model: name, nearest })
  })

  it('behind an alias of a provider that lists no models is named as it is', () => {
    const settings = settingsFrom({ upper: `{ models: { ${PROVIDERS}, aliases: { fast: 'open/x' } } }` })
    expect(named('fast/y', settings)).toMatchObject({ kind: 'unknown-model', nearest: 'open/y' })
  })

  it('of one provider may be the model of another that is like it', () => {
    const settings = settingsFrom({
      upper: `{ models: { providers: { a1: { models: ['x'] }, a2: { models: ['large'] } } } }`,
    })
    expect(named('a1/large', settings)).toMatchObject({ nearest: 'a2/large' })
  })

  it("behind an alias is named also while the alias's provider is switched off", () => {
    expect(named('qwen/coder-model', house(), ['qwen-portal'])).toMatchObject({ nearest: 'qwen-portal/coder-model' })
  })

  it('of a provider that the settings name and that is off is a matter of that provider, not of a copy elsewhere', () => {
    const settings = settingsFrom({
      upper: `{ models: { providers: { 'qwen-portal': {}, copy: { models: ['coder-model'] } } } }`,
    })
    expect(named('qwen-portal/coder-model', settings, ['qwen-portal'])).toMatchObject({
      kind: 'unknown-provider',
      provider: 'qwen-portal',
    })
  })

  it('at a provider that is not there names the nearest provider', () => {
    expect(named('bakcup/zzz')).toEqual({ kind: 'unknown-provider', provider: 'bakcup', nearest: 'backup' })
    expect(named('zzzzzz/zzz')).toEqual({ kind: 'unknown-provider', provider: 'zzzzzz' })
  })

  it('and is like nothing is refused alone', () => {
    expect(named('zzzzzzzzzzzz')).toEqual({ kind: 'unknown-model', model: 'zzzzzzzzzzzz' })
  })

  it('behind an alias of the person is told by what the alias says', () => {
    const settings = settingsFrom({ upper: `{ models: { ${PROVIDERS}, aliases: { mine: 'qwen-portal/coder' } } }` })
    expect(named('mine', settings)).toEqual({
      kind: 'unknown-model',
      model: 'qwen-portal/coder',
      nearest: 'qwen-portal/coder-model',
    })
  })

  it('is anything but one at a provider that lists no models', () => {
    expect(named('open/whatever/you@like')).toEqual({
      kind: 'ok',
      ref: { provider: 'open', model: 'whatever/you@like' },
    })
  })
})
