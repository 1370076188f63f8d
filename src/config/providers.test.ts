import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.fixture.ts'

function provider(entry: string, lower = '{}') {
  return settingsFrom({ upper: `{ models: { providers: { x: ${entry} } } }`, lower }).providers.get('x')
}

describe('a provider entry', () => {
  it('lists models by id alone or with what is known of them', () => {
    const entry = `{ models: ['a', { id: 'b', name: 'B', input: ['text', 'image'], contextWindow: 10, maxTokens: 5 }] }`
    expect(provider(entry)?.models).toEqual([
      { id: 'a' },
      { id: 'b', name: 'B', input: ['text', 'image'], contextWindow: 10, maxTokens: 5 },
    ])
  })

  it("speaks the dialect that OpenClaw's word for it names", () => {
    expect(provider(`{ api: 'openai-completions' }`)).toMatchObject({ dialect: 'chat-completions' })
    expect(provider(`{ api: 'openai-responses' }`)).toMatchObject({ dialect: 'responses' })
    expect(provider(`{ api: 'anthropic-messages' }`)).toMatchObject({ dialect: 'messages' })
    expect(provider(`{ api: 'messages' }`)).toMatchObject({ dialect: 'messages' })
    expect(provider('{}')?.dialect).toBeUndefined()
  })

  it.each(['google-generative-ai', 'nonsense', 'toString'])(
    'whose api is %s is told to speak what we do not',
    (api) => {
      expect(provider(`{ api: '${api}' }`)).toMatchObject({ unknownApi: api })
    },
  )

  it('moves the login, names its client and sets its figures', () => {
    const entry = `{ oauthBaseUrl: 'http://127.0.0.1:9', clientId: 'me', quota: { requestsPerDay: 0, requestsPerMinute: 9, timeZone: 'UTC' } }`
    expect(provider(entry)).toMatchObject({
      oauthBaseUrl: 'http://127.0.0.1:9',
      clientId: 'me',
      quota: { requestsPerDay: 0, requestsPerMinute: 9, timeZone: 'UTC' },
    })
  })

  it("has a chosen address only where the person's own file names one", () => {
    const below = `{ models: { providers: { x: { baseUrl: 'https://by-login.example/v1' } } } }`
    expect(provider('{}', below)).toMatchObject({ baseUrl: 'https://by-login.example/v1', baseUrlIsChosen: false })
    expect(provider(`{ baseUrl: 'https://mine.example/v1' }`, below)).toMatchObject({
      baseUrl: 'https://mine.example/v1',
      baseUrlIsChosen: true,
    })
  })

  it('names every variable that it misses, wherever in it', () => {
    expect(provider(`{ apiKey: '\${A}', models: ['\${B}'] }`)?.unsetVariables).toEqual(['A', 'B'])
  })
})
