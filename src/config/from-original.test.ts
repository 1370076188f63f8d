/** The original program's settings as ours: nothing of use is lost, nothing secret gets into openclaw.json. */
import { expect, it } from 'vitest'
import { importedFrom } from './from-original.ts'

const ORIGINAL = {
  meta: { lastTouchedVersion: '2026.2.3-1' },
  models: {
    mode: 'merge',
    providers: {
      'qwen-portal': {
        baseUrl: 'https://portal.example/v1',
        apiKey: 'qwen-oauth',
        api: 'openai-completions',
        models: [{ id: 'coder-model', name: 'Coder', reasoning: false, cost: { input: 0 }, contextWindow: 128_000 }],
      },
      keyed: { baseUrl: 'https://a.example/v1', apiKey: 'sk-plain', headers: { x: 'secret' }, models: ['m'] },
      named: { baseUrl: 'https://b.example/v1', apiKey: '${NAMED_KEY}', models: [] },
      signed: { baseUrl: 'https://c.example/v1', auth: 'oauth', apiKey: 'token-of-a-login', models: [] },
    },
  },
  agents: {
    defaults: {
      model: { primary: 'qwen-portal/coder-model', fallbacks: ['keyed/m'] },
      imageModel: { primary: 'keyed/m' },
      models: { 'qwen-portal/coder-model': { alias: 'qwen', params: { temperature: 1 } }, 'keyed/m': {} },
      maxConcurrent: 4,
    },
    list: [{ id: 'painter', default: true, model: 'keyed/m', workspace: '/w' }],
  },
  auth: { profiles: { 'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth' } }, order: { keyed: ['a'] } },
  plugins: { enabled: true, entries: { 'qwen-portal-auth': { enabled: true, config: {} } } },
  channels: { telegram: {} },
}

const { upper, lower, left } = importedFrom(ORIGINAL)
const valuesOf = (edits: typeof upper): Readonly<Record<string, unknown>> =>
  Object.fromEntries(edits.map((edit) => [edit.path.join(' '), edit.kind === 'set' ? edit.value : undefined]))

it('takes providers, aliases, models, agents, orders and plugins', () => {
  expect(valuesOf(upper)).toEqual({
    'models providers qwen-portal': {
      baseUrl: 'https://portal.example/v1',
      api: 'openai-completions',
      models: [{ id: 'coder-model', name: 'Coder', contextWindow: 128_000 }],
    },
    'models providers keyed': { baseUrl: 'https://a.example/v1', models: ['m'] },
    'models providers named': { baseUrl: 'https://b.example/v1', apiKey: '${NAMED_KEY}', models: [] },
    'models providers signed': { baseUrl: 'https://c.example/v1', models: [] },
    'models aliases qwen': 'qwen-portal/coder-model',
    'agents defaults model': { primary: 'qwen-portal/coder-model', fallbacks: ['keyed/m'] },
    'agents defaults imageModel': { primary: 'keyed/m' },
    'agents list': [{ id: 'painter', default: true, model: 'keyed/m' }],
    'auth order': { keyed: ['a'] },
    'plugins entries qwen-portal-auth enabled': true,
  })
})

it('puts a key that stood in plain text into models.json, and there alone', () => {
  expect(valuesOf(lower)).toEqual({ 'models providers keyed apiKey': 'sk-plain' })
  expect(JSON.stringify(upper)).not.toMatch(/sk-plain|secret|token-of-a-login|qwen-oauth/)
})

it('says what it leaves, and shows no value of it', () => {
  expect(left.map(({ path }) => path)).toEqual([
    'models.providers.qwen-portal.apiKey',
    'models.providers.keyed.headers',
    'models.providers.signed.apiKey',
    'agents.defaults.models.qwen-portal/coder-model.params',
    'agents.defaults.maxConcurrent',
    'auth.profiles.qwen-portal:default',
    'plugins.entries.qwen-portal-auth.config',
    'channels',
  ])
  expect(JSON.stringify(left)).not.toMatch(/sk-plain|secret|token-of-a-login/)
})

it.each([null, [], 'text', { models: [] }, { models: { providers: { x: 1 } } }, { agents: { list: {}, defaults: 3 } }])(
  'makes nothing of %j',
  (settings) => {
    expect(importedFrom(settings)).toMatchObject({ upper: [], lower: [] })
  },
)
