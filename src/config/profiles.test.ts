import { describe, expect, it } from 'vitest'
import type { Credential } from '../core/credential.ts'
import type { Profile } from '../core/credential.ts'
import { Secret } from '../core/secret.ts'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { credentialEdits, loginEdits, storedCredential } from './profiles.ts'
import type { RawSettings } from './schema.ts'
import { settingsFrom } from './settings.fixture.ts'

function profile(upper: string, id: string): Profile | undefined {
  return settingsFrom({ upper }).profiles.get(id)
}

describe('a provider entry', () => {
  const twoLogins = `{
    models: { providers: { p: { accessToken: 'entry', refreshToken: 'r' } } },
    auth: { profiles: {
      'p:default': { provider: 'p', mode: 'oauth', accessToken: 'beside the entry', baseUrl: 'https://beside.example' },
      'p:work': { provider: 'p', mode: 'oauth', accessToken: 'work' },
      'p:empty': { provider: 'p', mode: 'api_key' },
    } },
  }`

  it('carries the credential of the default profile', () => {
    expect(profile(twoLogins, 'p:default')?.credential).toMatchObject({ accessToken: 'entry' })
    expect(profile(twoLogins, 'p:default')?.baseUrl).toBeUndefined()
  })

  it('carries that of no other profile', () => {
    expect(profile(twoLogins, 'p:work')?.credential).toMatchObject({ accessToken: 'work' })
    expect(profile(twoLogins, 'p:empty')?.credential).toBeUndefined()
  })

  it('with a key makes the default profile by itself', () => {
    expect(profile(`{ models: { providers: { p: { apiKey: 'sk' } } } }`, 'p:default')).toEqual({
      id: 'p:default',
      provider: 'p',
      mode: 'api_key',
      credential: { kind: 'api-key', apiKey: 'sk' },
    })
  })

  it('with a token makes the default profile by itself', () => {
    const upper = `{ models: { providers: { p: { accessToken: 'at', expiresAt: '2026-07-22T10:00:00Z' } } } }`
    expect(profile(upper, 'p:default')).toMatchObject({
      mode: 'oauth',
      credential: { kind: 'oauth', accessToken: 'at' },
    })
  })

  it('with an address, models and no key is a place that asks for none', () => {
    const upper = `{ models: { providers: { local: { baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama'] } } } }`
    expect(profile(upper, 'local:default')?.credential).toEqual({ kind: 'none' })
  })

  it('that only moves an address, or says nothing, is no login', () => {
    const upper = `{ models: { providers: { moved: { baseUrl: 'http://127.0.0.1:9/v1' }, silent: {} } } }`
    expect(profile(upper, 'moved:default')).toBeUndefined()
    expect(profile(upper, 'silent:default')).toBeUndefined()
  })
})

describe('a profile with an unset variable', () => {
  it.each(['apiKey', 'accessToken', 'refreshToken', 'baseUrl'])(
    'in its %s has no credential, and says which',
    (key) => {
      const upper = `{ auth: { profiles: { 'p:work': {
      provider: 'p', mode: 'oauth', accessToken: 'at', ${key}: '\${NOT_SET}/v1',
    } } } }`
      expect(profile(upper, 'p:work')).toMatchObject({ missing: { variable: 'NOT_SET' } })
      expect(profile(upper, 'p:work')?.credential).toBeUndefined()
    },
  )

  it('does not stand in the way of the others', () => {
    const upper = `{ auth: { profiles: {
      'p:a': { provider: 'p', mode: 'api_key', apiKey: '\${NOT_SET}' },
      'p:b': { provider: 'p', mode: 'api_key', apiKey: 'sk' },
    } } }`
    expect(profile(upper, 'p:b')?.credential).toEqual({ kind: 'api-key', apiKey: 'sk' })
    expect(settingsFrom({ upper }).providers.get('p')).toBeUndefined()
  })
})

describe('a credential put into models.json', () => {
  const expiresAt = new Date('2026-07-22T10:00:00Z')
  const pair: Credential = {
    kind: 'oauth',
    accessToken: new Secret('new'),
    refreshToken: new Secret('newer'),
    expiresAt,
  }
  const both = [
    { id: 'p:default', provider: 'p' },
    { id: 'p:work', provider: 'p' },
  ]

  it.each(both)('of $id is found there again', (owner) => {
    const text = applyEdits('{}', credentialEdits(owner, pair))
    expect(storedCredential(parseJson5(text) as RawSettings, owner)).toEqual(pair)
    expect(both.filter((other) => storedCredential(parseJson5(text) as RawSettings, other))).toEqual([owner])
  })

  it('replaces the pair that stood there, and leaves no old half of it', () => {
    const owner = { id: 'p:default', provider: 'p' }
    const before = applyEdits('{}', credentialEdits(owner, pair))
    const text = applyEdits(
      before,
      credentialEdits(owner, { kind: 'oauth', accessToken: new Secret('third'), expiresAt }),
    )
    expect(storedCredential(parseJson5(text) as RawSettings, owner)).toEqual({
      kind: 'oauth',
      accessToken: 'third',
      expiresAt,
    })
  })

  it('counts when it is a key and a token stood there', () => {
    const owner = { id: 'p:default', provider: 'p' }
    const before = applyEdits('{}', credentialEdits(owner, pair))
    const text = applyEdits(before, credentialEdits(owner, { kind: 'api-key', apiKey: new Secret('sk') }))
    expect(storedCredential(parseJson5(text) as RawSettings, owner)).toEqual({ kind: 'api-key', apiKey: 'sk' })
    expect(text).not.toContain('new')
  })

  it('of an endpoint that asks for none is nothing to write', () => {
    expect(credentialEdits({ id: 'p:default', provider: 'p' }, { kind: 'none' })).toEqual([])
  })

  it('is not looked for in a file that is not there, or holds something else', () => {
    const owner = { id: 'p:default', provider: 'p' }
    expect(storedCredential(undefined, owner)).toBeUndefined()
    expect(storedCredential(JSON.parse('{"models":{"providers":{"p":null}}}'), owner)).toBeUndefined()
  })
})

describe('a login', () => {
  const credential = {
    kind: 'oauth',
    accessToken: new Secret('at'),
    refreshToken: new Secret('rt'),
    expiresAt: new Date('2026-07-22T10:00:00Z'),
  } as const

  it("leaves models.json in the guide's shape", () => {
    const owner = {
      id: 'qwen-portal:default',
      provider: 'qwen-portal',
      mode: 'oauth',
      email: 'me@example.org',
    } as const
    expect(parseJson5(applyEdits('', loginEdits(owner, credential, 'https://portal.qwen.ai/v1')))).toEqual({
      models: {
        providers: {
          'qwen-portal': {
            baseUrl: 'https://portal.qwen.ai/v1',
            accessToken: 'at',
            refreshToken: 'rt',
            expiresAt: '2026-07-22T10:00:00.000Z',
          },
        },
      },
      auth: {
        profiles: {
          'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth', email: 'me@example.org' },
        },
      },
    })
  })

  it('under another name keeps tokens and address in the entry of its own', () => {
    const owner = { id: 'qwen-portal:work', provider: 'qwen-portal', mode: 'oauth' } as const
    expect(parseJson5(applyEdits('', loginEdits(owner, credential, 'https://a.qwen.ai/v1')))).toEqual({
      auth: {
        profiles: {
          'qwen-portal:work': {
            baseUrl: 'https://a.qwen.ai/v1',
            accessToken: 'at',
            refreshToken: 'rt',
            expiresAt: '2026-07-22T10:00:00.000Z',
            provider: 'qwen-portal',
            mode: 'oauth',
          },
        },
      },
    })
  })

  it('that may write no address leaves the one that stands', () => {
    const owner = { id: 'p:default', provider: 'p', mode: 'oauth' } as const
    const text = applyEdits(
      `{ models: { providers: { p: { baseUrl: 'https://mine.example' } } } }`,
      loginEdits(owner, credential, undefined),
    )
    expect(parseJson5(text)).toMatchObject({ models: { providers: { p: { baseUrl: 'https://mine.example' } } } })
  })
})
