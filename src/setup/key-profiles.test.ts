/** Which providers a key switches on, and whose key counts. */
import { describe, expect, it } from 'vitest'
import { loadProvider, loadProvidersOff, loadSetup } from './load.ts'
import { sourcesWith } from './sources.fixture.ts'

const KEY = { DASHSCOPE_API_KEY: 'sk-env', OPENAI_API_KEY: '' }
const loaded = (upper: string, environment: Record<string, string> = {}, lower?: string) =>
  loadSetup(sourcesWith({ upper, ...(lower !== undefined && { lower }) }, environment))
const own = async (setup: ReturnType<typeof loaded>, provider: string) =>
  [...(await setup).settings.profiles.values()].filter((profile) => profile.provider === provider)

describe('a provider that needs only a key', () => {
  it('is on as soon as the environment holds one', async () => {
    const setup = await loaded('', KEY)
    expect([...setup.providers.keys()]).toEqual(['modelstudio'])
    expect(setup.withoutKey.get('openai')).toEqual(['OPENAI_API_KEY'])
    expect(setup.settings.profiles.get('modelstudio:env')).toMatchObject({
      credential: { kind: 'api-key', apiKey: 'sk-env' },
      variable: 'DASHSCOPE_API_KEY',
    })
  })

  it('is on as soon as the settings have an entry or a login for it, even an empty one', async () => {
    expect((await loaded('{ models: { providers: { openai: {} } } }')).providers.has('openai')).toBe(true)
    const login = '{ auth: { profiles: { "openai:work": { provider: "openai", mode: "api_key", apiKey: "k" } } } }'
    expect((await loaded('', {}, login)).providers.has('openai')).toBe(true)
  })

  it('stays off when its plugin was switched off', async () => {
    const setup = await loaded('{ plugins: { entries: { modelstudio: { enabled: false } } } }', KEY)
    expect(setup.providers.size).toBe(0)
    expect(setup.switchedOff.get('modelstudio')).toBe('modelstudio')
    await expect(loadProvider(sourcesWith({}), setup, 'modelstudio')).rejects.toMatchObject({
      code: 'provider-not-found',
      run: 'openclaw plugins enable modelstudio',
    })
  })

  it('can be signed in to while it is off', async () => {
    const sources = sourcesWith({})
    const setup = await loadSetup(sources)
    expect((await loadProvider(sources, setup, 'openai')).definition?.key?.places).toHaveLength(1)
    await expect(loadProvider(sources, setup, 'opneai')).rejects.toMatchObject({ params: { nearest: 'openai' } })
    const off = await loadProvidersOff(sources, setup, (id) => id === 'anthropic')
    expect(off.map(({ id }) => id)).toEqual(['anthropic'])
  })
})

describe('a key in the environment', () => {
  it.each([
    ['a key of their own', '{ models: { providers: { modelstudio: { apiKey: "mine" } } } }'],
    ['a variable that is not set', '{ models: { providers: { modelstudio: { apiKey: "${NOT_SET}" } } } }'],
    [
      'a server of their own that asks for none',
      '{ models: { providers: { modelstudio: { baseUrl: "http://127.0.0.1:1/v1", models: ["m"] } } } }',
    ],
  ])('does not count where the settings name %s', async (_what, upper) => {
    const profiles = await own(loaded(upper, KEY), 'modelstudio')
    expect(profiles.map(({ id }) => id)).toEqual(['modelstudio:default'])
  })

  it("counts at the provider's own host, though an entry lists address and models without a key", async () => {
    const upper = `{ models: { providers: { modelstudio: {
      baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1", models: ["qwen-plus"] } } } }`
    expect((await own(loaded(upper, KEY), 'modelstudio')).map(({ id }) => id)).toEqual(['modelstudio:env'])
    expect(await own(loaded(upper), 'modelstudio')).toEqual([])
  })
})

it('asks a server on this machine without a key as soon as it has an entry, and with one where one is set', async () => {
  const entry = '{ models: { providers: { local: { baseUrl: "http://127.0.0.1:1/v1" } } } }'
  expect(await own(loaded(entry), 'local')).toMatchObject([{ id: 'local:default', credential: { kind: 'none' } }])
  const withKey = entry.replace('{ baseUrl', '{ apiKey: "k", baseUrl')
  expect(await own(loaded(withKey), 'local')).toMatchObject([{ credential: { kind: 'api-key', apiKey: 'k' } }])
})

it('lays what a person wrote of a model over what the catalogue knows, and then takes no other model', async () => {
  const upper =
    '{ models: { providers: { openai: { apiKey: "k", models: [{ id: "gpt-4o", contextWindow: 5 }, "own"] } } } }'
  const provider = (await loaded(upper)).providers.get('openai')
  expect(provider?.models).toMatchObject([{ id: 'gpt-4o', contextWindow: 5, maxTokens: 16_384 }, { id: 'own' }])
  expect(provider?.takesAnyModel).toBeUndefined()
})
