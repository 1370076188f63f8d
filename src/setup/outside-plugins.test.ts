/** Outside plugins within a setup: one that may not be loaded is told, and everything else is there. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { providerIn, type Setup } from '../core/setup.ts'
import { filesToTrust } from '../plugin-host/trust.ts'
import { loadSetup } from './load.ts'
import { sourcesWith } from './sources.fixture.ts'

interface Outside {
  readonly root: string
  /** A plugin `id` that brings a provider of the same name. */
  readonly add: (id: string, module?: string) => string
  /** The same with a provider that needs only a key, which `A_KEY` may hold. */
  readonly addKeyed: (id: string, module?: string) => string
}

function outside(): Outside {
  const root = mkdtempSync(join(tmpdir(), 'outside 外 '))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const addWith =
    (of: Readonly<Record<'declared' | 'told', object>>) =>
    (id: string, module?: string): string => {
      const folder = join(root, id)
      mkdirSync(folder)
      const models = [{ id: 'm' }]
      const provider = {
        id,
        label: { en: id },
        dialect: 'chat-completions',
        baseUrl: 'https://x.example/v1',
        hosts: ['x.example'],
        models,
        aliases: {},
        defaultModel: 'm',
        ...of.told,
      }
      const manifest = {
        id,
        version: '1',
        label: { en: id },
        entry: 'index',
        providers: [{ id, models: ['m'], ...of.declared }],
      }
      writeFileSync(join(folder, 'openclaw.plugin.json'), JSON.stringify(manifest))
      const usual = `export default ${JSON.stringify({ id, providers: [provider] })}`
      writeFileSync(join(folder, 'index.js'), module ?? usual)
      return filesToTrust({ id, folder }).sha256
    }
  const place = { flags: {}, label: { en: 'A' }, baseUrl: 'https://x.example/v1', env: ['A_KEY'] }
  const key = { needed: true, places: [place], check: { get: '/models' } }
  return {
    root,
    add: addWith({ declared: {}, told: {} }),
    addKeyed: addWith({ declared: { key: { env: ['A_KEY'] } }, told: { key } }),
  }
}

const setupOf = (plugins: object, more: object = {}, environment: Record<string, string> = {}): Promise<Setup> =>
  loadSetup(sourcesWith({ upper: JSON.stringify({ plugins, ...more }) }, environment))
const entry = (sha256?: string, enabled = true): object => ({ enabled, ...(sha256 !== undefined && { sha256 }) })

describe('an outside plugin that was switched on', () => {
  it('brings its providers, from a folder that a variable or ~ names', async () => {
    const { root, add } = outside()
    const entries = { a: entry(add('a')) }
    for (const [path, environment] of [
      [root, {}],
      ['${PLUGINS}', { PLUGINS: root }],
      ['~/', { HOME: root }],
    ] as const) {
      const setup = await setupOf({ load: { paths: [path] }, entries }, {}, environment)
      expect([...setup.providers.keys()]).toEqual(['a'])
      expect(setup.refused).toEqual([])
    }
  })
})

it('an outside plugin that is on takes its key from the environment', async () => {
  const { root, addKeyed } = outside()
  const setup = await setupOf({ load: { paths: [root] }, entries: { a: entry(addKeyed('a')) } }, {}, { A_KEY: 'k' })
  expect(setup.settings.profiles.get('a:env')).toMatchObject({ variable: 'A_KEY', credential: { apiKey: 'k' } })
})

describe('P-01 a plugin that merely lies there is not loaded', () => {
  const cases: readonly (readonly [string, (hash: string) => object | undefined])[] = [
    ['without an entry', () => undefined],
    ['switched off', () => entry(undefined, false)],
    ['switched off with its right hash', (hash) => entry(hash, false)],
    ['switched on by the settings alone', () => entry()],
    ['with the hash of another one', () => entry('0'.repeat(64))],
    ['with its hash in capitals', (hash) => entry(hash.toUpperCase())],
    ['with half of its hash', (hash) => entry(hash.slice(0, 32))],
    ['with an empty hash', () => entry('')],
  ]
  it.each(cases)('%s', async (_, entryFor) => {
    const { root, add } = outside()
    const a = entryFor(add('a', 'throw new Error("was run")'))
    const provider = { baseUrl: 'https://x.example/v1', apiKey: 'k', models: ['m'] }
    const setup = await setupOf(
      { load: { paths: [root] }, entries: { ...(a && { a }) } },
      { models: { providers: { a: provider, own: provider } } },
    )
    // An entry of the person's own does not stand in for it.
    expect([...setup.providers.keys()]).toEqual(['own'])
    expect(setup.refused.map(({ error }) => error.message).join()).not.toContain('was run')
  })

  it.each<[string, object, Record<string, string>]>([
    ['in the environment', {}, { A_KEY: 'k' }],
    ['in the settings', { models: { providers: { a: { apiKey: 'k' } } } }, {}],
    ['nowhere', {}, {}],
  ])('though it needs only a key, and that is %s', async (_, more, environment) => {
    const { root, addKeyed } = outside()
    addKeyed('a', 'throw new Error("was run")')
    const setup = await setupOf({ load: { paths: [root] } }, more, environment)
    expect(setup.providers.size).toBe(0)
    expect(setup.withoutKey.has('a')).toBe(false)
    expect([...setup.settings.profiles.keys()].filter((id) => id.endsWith(':env'))).toEqual([])
    expect(() => providerIn(setup, 'a')).toThrow(expect.objectContaining({ run: 'openclaw plugins enable a' }))
  })

  it('from a folder that no setting names', async () => {
    const { add } = outside()
    const setup = await setupOf({ entries: { a: entry(add('a')) } })
    expect(setup.providers.size).toBe(0)
    expect(setup.refused).toMatchObject([
      { plugin: 'a', error: { code: 'plugin-gone', run: 'openclaw plugins doctor' } },
    ])
  })

  it('where a plugin of ours has its id', async () => {
    const { root, add } = outside()
    const id = 'qwen-portal-auth'
    const setup = await setupOf({
      load: { paths: [root] },
      entries: { [id]: entry(add(id, 'throw new Error("was run")')) },
    })
    expect([...setup.providers.keys()]).toEqual(['qwen-portal'])
    expect(setup.refused).toEqual([])
  })
})

describe('a plugin that cannot be used', () => {
  it('is told with the command that mends it, and takes nothing else down', async () => {
    const { root, add } = outside()
    const entries = {
      throws: entry(add('throws', 'throw new Error("no such day")')),
      changed: entry(add('changed')),
      open: entry(add('open')),
      well: entry(add('well')),
      gone: entry('0'.repeat(64)),
      'qwen-portal-auth': { enabled: true },
    }
    writeFileSync(join(root, 'changed', 'index.js'), 'export default 1')
    chmodSync(join(root, 'open', 'index.js'), 0o666)
    const setup = await setupOf({ load: { paths: [root, '/nowhere'] }, entries })
    expect([...setup.providers.keys()].toSorted()).toEqual(['qwen-portal', 'well'])
    expect(
      Object.fromEntries(setup.refused.map(({ plugin, error }) => [plugin, `${error.code}: ${error.run}`])),
    ).toEqual({
      throws: 'plugin-broken: openclaw plugins disable throws',
      changed: 'plugin-changed: openclaw plugins enable changed',
      open: `plugin-unsafe: chmod o-w '${join(root, 'open', 'index.js')}'`,
      gone: 'plugin-gone: openclaw plugins doctor',
    })
    expect(() => providerIn(setup, 'changed')).toThrow(
      expect.objectContaining({ code: 'plugin-changed', run: 'openclaw plugins enable changed' }),
    )
  })

  it('is the second of two that bring the same provider', async () => {
    const { root, add } = outside()
    const first = add('a')
    mkdirSync(join(root, 'b'))
    const manifest = {
      id: 'b',
      version: '1',
      label: { en: 'b' },
      entry: 'index',
      providers: [{ id: 'a', models: ['m'] }],
    }
    writeFileSync(join(root, 'b', 'openclaw.plugin.json'), JSON.stringify(manifest))
    writeFileSync(join(root, 'b', 'index.js'), `import a from './a.json' with { type: 'json' }; export default a`)
    const provider = {
      id: 'a',
      label: { en: 'b' },
      dialect: 'chat-completions',
      baseUrl: 'https://b.example/v1',
      hosts: [],
      models: [{ id: 'm' }],
      aliases: {},
      defaultModel: 'm',
    }
    writeFileSync(join(root, 'b', 'a.json'), JSON.stringify({ id: 'b', providers: [provider] }))
    const { sha256 } = filesToTrust({ id: 'b', folder: join(root, 'b') })
    const setup = await setupOf({ load: { paths: [root] }, entries: { a: entry(first), b: entry(sha256) } })
    expect(setup.providers.get('a')?.baseUrl).toBe('https://x.example/v1')
    expect(setup.refused).toMatchObject([
      { plugin: 'b', error: { message: expect.stringContaining('by the plugin a already') } },
    ])
  })
})
