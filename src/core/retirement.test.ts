import { expect, it } from 'vitest'
import type { Profile } from './credential.ts'
import { providerFrom, type ProviderDefinition } from './provider.ts'
import { retirementAt } from './retirement.ts'

const retired = { since: '2026-04-15', hosts: ['p.example', '*.p.example'], text: { en: 'Closed.' }, ways: [], run: '' }
const definition: ProviderDefinition = {
  id: 'p',
  label: { en: 'P' },
  dialect: 'chat-completions',
  baseUrl: 'https://p.example/v1',
  hosts: [],
  models: [],
  aliases: {},
  defaultModel: 'm',
  retired,
}
const provider = providerFrom('p', definition, undefined)

it('calls a plan closed at its hosts, whatever the path, though it is not the base URL of the plugin', () => {
  for (const address of ['https://p.example/v1', 'https://p.example/compatible/v2/', 'https://api.p.example/v1']) {
    expect(retirementAt(provider, address), address).toBe(retired)
  }
})

it('calls nothing closed at an emulator, at no address, and where nothing was', () => {
  for (const address of ['http://127.0.0.1:8080/v1', 'https://p.example.evil.example/v1', 'no address', undefined]) {
    expect(retirementAt(provider, address), address).toBeUndefined()
  }
  expect(retirementAt(providerFrom('q', undefined, undefined), 'https://p.example/v1')).toBeUndefined()
})

it('asks where a profile sends its requests', () => {
  const profile: Profile = { id: 'p:work', provider: 'p', mode: 'api_key' }
  expect(retirementAt(provider, profile)).toBe(retired)
  expect(retirementAt(provider, { ...profile, baseUrl: 'http://127.0.0.1:9/v1' })).toBeUndefined()
})
