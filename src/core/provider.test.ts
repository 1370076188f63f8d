import { describe, expect, it } from 'vitest'
import type { Profile } from './credential.ts'
import { addressOf, providerFrom, type ProviderDefinition, type ProviderSettings } from './provider.ts'

const definition: ProviderDefinition = {
  id: 'p',
  label: { en: 'P' },
  dialect: 'chat-completions',
  baseUrl: 'https://plugin.example/v1',
  hosts: ['plugin.example'],
  models: [{ id: 'm' }],
  aliases: {},
  defaultModel: 'm',
  quota: { requestsPerDay: 2_000, requestsPerMinute: 60, timeZone: 'Asia/Shanghai', source: { en: 'a page of 2025' } },
  login: {
    kind: 'device-code',
    baseUrl: 'https://login.example',
    deviceAuthorizationPath: '/device',
    tokenPath: '/token',
    clientId: 'public',
    scope: 's',
    verificationHosts: [],
  },
}

const settings = (more: Partial<ProviderSettings>): ProviderSettings => ({
  id: 'p',
  baseUrlIsChosen: false,
  unsetVariables: [],
  ...more,
})

describe('a provider', () => {
  it('is what its plugin declares where the settings say nothing', () => {
    expect(providerFrom('p', definition, undefined)).toMatchObject({
      label: { en: 'P' },
      baseUrl: 'https://plugin.example/v1',
      baseUrlIsChosen: false,
      unsetVariables: [],
      models: [{ id: 'm' }],
      quota: definition.quota,
      login: definition.login,
    })
  })

  it('is what the settings say where there is no plugin', () => {
    const provider = providerFrom(
      'p',
      undefined,
      settings({ baseUrl: 'http://127.0.0.1:9/v1/', models: [{ id: 'n' }] }),
    )
    expect(provider).toEqual({
      id: 'p',
      label: { en: 'p' },
      dialect: 'chat-completions',
      baseUrl: 'http://127.0.0.1:9/v1',
      baseUrlIsChosen: false,
      models: [{ id: 'n' }],
      unsetVariables: [],
    })
  })

  it('signs in where and as the settings say', () => {
    const moved = settings({ oauthBaseUrl: 'http://127.0.0.1:9/', clientId: 'mine' })
    expect(providerFrom('p', definition, moved).login).toMatchObject({
      baseUrl: 'http://127.0.0.1:9',
      clientId: 'mine',
      tokenPath: '/token',
    })
  })
})

describe("a provider's quota", () => {
  it('has the figure of the person, and then not the source of the plugin', () => {
    const { quota } = providerFrom('p', definition, settings({ quota: { requestsPerDay: 100 } }))
    expect(quota).toEqual({ requestsPerDay: 100, requestsPerMinute: 60, timeZone: 'Asia/Shanghai' })
  })

  it("has the person's zone over the plugin's figure with its source", () => {
    const { quota } = providerFrom('p', definition, settings({ quota: { timeZone: 'UTC' } }))
    expect(quota).toMatchObject({ requestsPerDay: 2_000, timeZone: 'UTC', source: { en: 'a page of 2025' } })
  })

  it('ends with the day of UTC where nobody names a zone', () => {
    expect(providerFrom('p', undefined, settings({ quota: { requestsPerDay: 5 } })).quota).toEqual({
      requestsPerDay: 5,
      timeZone: 'UTC',
    })
  })

  it('is none without a figure', () => {
    expect(providerFrom('p', undefined, settings({ quota: { timeZone: 'UTC' } })).quota).toBeUndefined()
  })
})

describe("where a profile's requests go", () => {
  const byLogin = settings({ baseUrl: 'https://by-login.example/v1' })
  const chosen = settings({ baseUrl: 'https://mine.example/v1/', baseUrlIsChosen: true })
  const standard: Profile = { id: 'p:default', provider: 'p', mode: 'oauth' }
  const work: Profile = { id: 'p:work', provider: 'p', mode: 'oauth' }
  const workElsewhere: Profile = { ...work, baseUrl: 'https://work.example/v1/' }

  it.each<[string, ProviderSettings | undefined, Profile, string]>([
    ['the address in openclaw.json', chosen, standard, 'https://mine.example/v1'],
    ['the address in openclaw.json, over its own', chosen, workElsewhere, 'https://mine.example/v1'],
    ["the entry's in models.json, for the default profile", byLogin, standard, 'https://by-login.example/v1'],
    ['its own', byLogin, workElsewhere, 'https://work.example/v1'],
    ["the plugin's, as no other profile inherits the default one's", byLogin, work, 'https://plugin.example/v1'],
    ["the plugin's, where nothing is said", undefined, standard, 'https://plugin.example/v1'],
  ])('is %s', (_, from, profile, address) => {
    expect(addressOf(providerFrom('p', definition, from), profile)).toBe(address)
  })

  it('is nowhere where nobody said it', () => {
    const provider = providerFrom('p', undefined, settings({}))
    expect(addressOf(provider, standard)).toBeUndefined()
    expect(addressOf(provider, workElsewhere)).toBe('https://work.example/v1')
  })
})
