import { describe, expect, it } from 'vitest'
import type { ProviderDefinition, ProviderSettings } from '../core/provider.ts'
import type { Manifest } from './manifests.ts'
import { MANIFEST, PROVIDER } from './plugin-folders.fixture.ts'
import { providersOn } from './providers-on.ts'

const definition: ProviderDefinition = { ...PROVIDER, dialect: 'chat-completions' }
const manifest = (id: string, provider: string): Manifest => ({
  ...MANIFEST,
  id,
  folder: `/${id}`,
  providers: [{ id: provider, models: [], aliases: {} }],
})
const entry = (id: string): [string, ProviderSettings] => [
  id,
  { id, baseUrl: `https://${id}.mine.example`, baseUrlIsChosen: true, unsetVariables: [] },
]

describe('the providers that can be asked', () => {
  it('are those of plugins that are on, with the settings over them, and those that the settings describe', () => {
    const { providers } = providersOn(new Map([entry('p'), entry('local')]), [], [definition])
    expect([...providers.keys()]).toEqual(['p', 'local'])
    expect(providers.get('p')).toMatchObject({ baseUrl: 'https://p.mine.example', models: definition.models })
  })

  it('are not those of a plugin that is off, though the settings have an entry for them', () => {
    const { providers, switchedOff } = providersOn(new Map([entry('p')]), [manifest('off', 'p')], [])
    expect([...providers.keys()]).toEqual([])
    expect([...switchedOff]).toEqual([['p', 'off']])
  })

  it('are not told as switched off when another plugin brings them', () => {
    const { providers, switchedOff } = providersOn(new Map(), [manifest('off', 'p')], [definition])
    expect([...providers.keys()]).toEqual(['p'])
    expect(switchedOff.size).toBe(0)
  })
})
