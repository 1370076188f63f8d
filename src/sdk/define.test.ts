import { expect, it } from 'vitest'
import { apiKeyLogin, definePlugin, deviceLogin, httpProvider, outsideLogin, type ProviderDefinition } from './index.ts'

const provider: ProviderDefinition = {
  id: 'p',
  label: { en: 'P' },
  dialect: 'chat-completions',
  baseUrl: 'https://p.example/v1',
  hosts: ['p.example'],
  models: [{ id: 'm' }],
  aliases: { short: 'm' },
  defaultModel: 'm',
}

it('leaves what a plugin says as it is', () => {
  const plugin = { id: 'some-plugin', providers: [httpProvider(provider)] }
  expect(definePlugin(plugin)).toEqual(plugin)
})

it('refuses a provider whose default model or alias is none of its models', () => {
  expect(() => httpProvider({ ...provider, defaultModel: 'other' })).toThrow('p names the model other')
  expect(() => httpProvider({ ...provider, aliases: { short: 'm', long: 'other' } })).toThrow('p names the model other')
})

it('marks a login by device code as one', () => {
  const login = {
    baseUrl: 'https://login.example',
    deviceAuthorizationPath: '/device',
    tokenPath: '/token',
    clientId: 'c',
    scope: 's',
    verificationHosts: [],
  }
  expect(deviceLogin(login)).toEqual({ kind: 'device-code', ...login })
})

it('refuses what replaces a model and is none of its models', () => {
  const retirement = { on: '2026-01-01', replacement: 'other' }
  expect(() => httpProvider({ ...provider, models: [{ id: 'm', retirement }] })).toThrow('p names the model other')
})

it('refuses two places of a key that the same flags name', () => {
  const place = { flags: { region: 'x' }, label: { en: 'X' }, baseUrl: 'https://p.example/v1', env: [] }
  const login = { needed: true, check: { get: '/models' } }
  expect(apiKeyLogin({ ...login, places: [place] }).places).toEqual([place])
  expect(() => apiKeyLogin({ ...login, places: [place, place] })).toThrow(
    'two places of a key login have the flags "x"',
  )
})

it('refuses a place of another program’s login that is not below the person’s home', () => {
  const waits = { pollMs: 1, patienceMs: 1, touchMs: 1, abandonedMs: 1, quietMs: 1 }
  const login = {
    id: 'lender',
    program: 'Lender',
    place: { folder: '.config/lender', file: 'creds.json' },
    read: () => undefined,
    write: () => ({}),
    lookMs: 1,
    earlyMs: 1,
    lock: { file: 'creds.lock', ...waits },
  }
  expect(outsideLogin(login)).toEqual(login)
  for (const place of [
    { folder: '..', file: 'creds.json' },
    { folder: '/etc', file: 'creds.json' },
    { folder: '.lender', file: '../creds.json' },
  ]) {
    expect(() => outsideLogin({ ...login, place })).toThrow('is no name of a file or folder')
  }
  expect(() => outsideLogin({ ...login, lock: { file: 'a/b', ...waits } })).toThrow('"a/b" is no name')
})
