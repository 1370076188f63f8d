import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ProviderDefinition } from '../core/provider.ts'
import { loadPlugin } from './load.ts'
import { findPlugins } from './manifests.ts'
import { MANIFEST, pluginFolders, PROVIDER } from './plugin-folders.fixture.ts'

const moduleOf = (providers: readonly unknown[], id = MANIFEST.id): string =>
  `export default ${JSON.stringify({ id, providers })}`

async function loaded(module: string, more: object = {}): Promise<readonly ProviderDefinition[]> {
  const root = pluginFolders({
    one: { 'openclaw.plugin.json': JSON.stringify({ ...MANIFEST, ...more }), 'index.mjs': module },
  })
  const [plugin] = findPlugins(root)
  if (plugin?.kind !== 'ok') throw new Error(String(plugin?.problem))
  return loadPlugin(plugin.manifest, join(root, 'one', 'index.mjs'))
}

describe('a plugin whose module keeps what its manifest says', () => {
  it('gives its providers as they are, closures included', async () => {
    const [provider] = await loaded(
      `export default { id: 'some-plugin', providers: [{ ...${JSON.stringify(PROVIDER)}, readFailure: () => undefined }] }`,
    )
    expect(provider).toMatchObject(PROVIDER)
    expect(provider?.readFailure).toBeTypeOf('function')
  })

  it('may bring no provider at all', async () => {
    expect(await loaded(moduleOf([]), { providers: [] })).toEqual([])
  })
})

describe('a plugin whose module differs from its manifest is refused', () => {
  it.each<[string, string, string]>([
    ['in its id', moduleOf([PROVIDER], 'other'), 'its module calls itself other'],
    [
      'in its provider',
      moduleOf([{ ...PROVIDER, id: 'q' }]),
      'only its manifest has alias short for p/m, model p/m, model p/n, provider p; only its module has alias short for q/m, model q/m, model q/n, provider q',
    ],
    ['in a provider that it does not bring', moduleOf([]), 'only its module has nothing'],
    [
      'in a model',
      moduleOf([{ ...PROVIDER, models: [{ id: 'm' }, { id: 'o' }] }]),
      'only its manifest has model p/n; only its module has model p/o',
    ],
    [
      'in a model that is told nowhere',
      moduleOf([{ ...PROVIDER, models: [{ id: 'm' }, { id: 'n' }, { id: 'o' }] }]),
      'only its manifest has nothing; only its module has model p/o',
    ],
    [
      'in where an alias leads',
      moduleOf([{ ...PROVIDER, aliases: { short: 'n' } }]),
      'only its manifest has alias short for p/m; only its module has alias short for p/n',
    ],
  ])('%s', async (_, module, problem) => {
    await expect(loaded(module)).rejects.toThrow(problem)
  })
})

describe('a module that is no plugin is refused', () => {
  it.each<[string, string, string]>([
    ['it exports nothing', '', 'default: expected an object'],
    ['it exports a function', 'export default () => {}', 'default: expected an object'],
    [
      'it has no list of providers',
      `export default { id: 'some-plugin' }`,
      'default.providers: expected a list of providers',
    ],
    ['a provider is nothing', moduleOf([null]), 'default.providers.0: expected an object'],
    [
      'a provider speaks what we do not',
      moduleOf([{ ...PROVIDER, dialect: 'telex' }]),
      'dialect: expected one of chat-completions',
    ],
    ['a provider is nowhere', moduleOf([{ ...PROVIDER, baseUrl: '' }]), 'baseUrl: expected a text that is not empty'],
  ])('since %s', async (_, module, problem) => {
    await expect(loaded(module)).rejects.toThrow(problem)
  })

  it('with what it threw', async () => {
    await expect(loaded('throw new Error("no such library")')).rejects.toThrow('no such library')
  })
})
