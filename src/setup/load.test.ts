/** Both files and the plugins as one snapshot, or the place that is wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadPlugins, loadSettings, loadSetup } from './load.ts'
import { sourcesWith } from './sources.fixture.ts'

describe('the setup', () => {
  it('stands on defaults where there are no files, or nothing in them', async () => {
    for (const given of [{}, { upper: '', lower: '\n' }, { upper: '\uFEFF' }, { upper: '// nothing yet' }]) {
      const { settings, providers, switchedOff } = await loadSetup(sourcesWith(given))
      expect(settings.gateway.port).toBe(18_789)
      expect([...providers.keys()]).toEqual([])
      expect(switchedOff.get('qwen-portal')).toBe('qwen-portal-auth')
    }
  })

  it('is what stands in models.json with openclaw.json over it', async () => {
    const setup = await loadSetup(
      sourcesWith({
        upper: "{ gateway: { port: 1234 }, models: { providers: { local: { baseUrl: 'http://127.0.0.1:1/v1' } } } }",
        lower: '{ "gateway": { "port": 5 }, "models": { "providers": { "local": { "apiKey": "k" } } } }',
      }),
    )
    expect(setup.settings.gateway.port).toBe(1_234)
    expect(setup.providers.get('local')?.baseUrl).toBe('http://127.0.0.1:1/v1')
    expect(setup.settings.profiles.get('local:default')?.credential).toEqual({ kind: 'api-key', apiKey: 'k' })
    expect(setup.lower).toMatchObject({ gateway: { port: 5 } })
    expect(setup.upper).not.toHaveProperty('models.providers.local.apiKey')
  })

  it('has the providers of the plugins that are on', async () => {
    const { providers, switchedOff } = await loadSetup(
      sourcesWith({ upper: "{ plugins: { entries: { 'qwen-portal-auth': { enabled: true } } } }" }),
    )
    expect(providers.get('qwen-portal')?.login?.clientId).toBe('f0304373b74a44d2b584a3fb70ca9e56')
    expect([...switchedOff]).toEqual([])
  })

  it('puts variables in from the environment', async () => {
    const upper = "{ models: { providers: { local: { baseUrl: 'http://127.0.0.1:1/v1', apiKey: '${LOCAL_KEY}' } } } }"
    const { settings } = await loadSetup(sourcesWith({ upper }, { LOCAL_KEY: 'secret' }))
    expect(settings.profiles.get('local:default')?.credential).toEqual({ kind: 'api-key', apiKey: 'secret' })
  })
})

describe('settings that are asked for again', () => {
  it('are those of the last time while the texts are the same', async () => {
    const sources = sourcesWith({ upper: "{ language: 'en' }" })
    const first = await loadSettings(sources)
    expect(await loadSettings(sources)).toBe(first)
    expect(await loadSettings({ ...sources })).toEqual(first)
  })

  it.each([
    ['openclaw.json', "{ language: 'zh-CN' }"],
    ['models.json', '{ "language": "zh-CN" }'],
  ] as const)('are read anew once %s has another text', async (name, text) => {
    const sources = sourcesWith({})
    expect((await loadSettings(sources)).settings.language).toBeUndefined()
    sources.write(name, text)
    expect((await loadSettings(sources)).settings.language).toBe('zh-CN')
    sources.write(name, '{ broken')
    await expect(loadSettings(sources)).rejects.toMatchObject({ code: 'config-syntax' })
  })
})

describe('a broken file', () => {
  it.each(['openclaw.json', 'models.json'] as const)('is named with line and column: %s', async (name) => {
    const sources = sourcesWith({})
    sources.write(name, '{\n  gateway: {\n    port 1\n  }\n}')
    const file = join(sources.folder, name)
    await expect(loadSettings(sources)).rejects.toMatchObject({
      code: 'config-syntax',
      params: { file, line: 3, column: 10, met: '1', expected: 'a colon after the key' },
      message: `${file}:3:10: met 1, expected a colon after the key.`,
    })
  })

  it.each([
    ['openclaw.json', { upper: '{\n  gateway: { port: "high" },\n}', lower: '{ gateway: { port: 1 } }' }],
    ['models.json', { upper: '{ models: {} }', lower: '{\n  gateway: { port: "high" },\n}' }],
  ])('is named with the place of a value that cannot be: %s', async (name, given) => {
    const sources = sourcesWith(given)
    const file = join(sources.folder, name)
    await expect(loadSettings(sources)).rejects.toMatchObject({
      code: 'config-invalid',
      params: { file, line: 2, column: 20, path: 'gateway.port', wrong: expect.saying('number') },
    })
  })

  it('is named as a whole where its whole value is wrong', async () => {
    const sources = sourcesWith({ upper: '[]' })
    await expect(loadSettings(sources)).rejects.toMatchObject({
      code: 'config-invalid',
      params: { file: sources.openclawJson.path, line: 1, column: 1, path: 'the whole file' },
    })
  })
})

describe('a plugin', () => {
  it('that cannot be loaded is named, with the command that switches it off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openclaw-plugins-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, 'broken'))
    const manifest = { id: 'broken', version: '1', label: { en: 'Broken' }, entry: 'index', providers: [] }
    writeFileSync(join(folder, 'broken', 'openclaw.plugin.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'broken', 'index.ts'), "throw new Error('no such day')\n")
    const sources = sourcesWith({ upper: '{ plugins: { entries: { broken: { enabled: true } } } }' })
    const { settings } = await loadSettings(sources)
    await expect(loadPlugins(settings, { ...sources, pluginsFolder: folder })).rejects.toMatchObject({
      code: 'plugin-broken',
      params: { plugin: 'broken', detail: 'no such day' },
      run: 'openclaw plugins disable broken',
    })
  })

  it('that is off is not loaded at all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openclaw-plugins-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, 'nowhere'))
    const sources = sourcesWith({})
    const { settings } = await loadSettings(sources)
    const plugins = await loadPlugins(settings, { ...sources, pluginsFolder: folder })
    expect(plugins).toEqual({ definitions: [], off: [], untrusted: [], refused: [] })
  })
})
