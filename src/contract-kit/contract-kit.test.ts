/** The contract kit finds what would fail in the house, and nothing in a plugin that keeps its word. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KeyLogin, KeyPlace } from '../core/key-login.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { loadPlugin } from '../plugin-host/load.ts'
import { findPlugins } from '../plugin-host/manifests.ts'
import { qwenCode } from '../plugins/qwen-portal/qwen-code.ts'
import { pluginEntry, pluginsFolder } from '../system/built.ts'
import { assertPlugin, checkPlugin, providerBreaches, type Breach } from './index.ts'

const provider: ProviderDefinition = {
  id: 'p',
  label: { en: 'P' },
  dialect: 'chat-completions',
  baseUrl: 'https://p.example/v1',
  hosts: ['p.example'],
  models: [{ id: 'm' }],
  aliases: {},
  defaultModel: 'm',
}
const keyAt = (...places: readonly Partial<KeyPlace>[]): Partial<ProviderDefinition> => ({
  key: {
    needed: true,
    places: places.map((place) => ({
      flags: {},
      label: { en: 'P' },
      baseUrl: 'https://p.example/v1',
      env: ['P_API_KEY'],
      ...place,
    })) as unknown as KeyLogin['places'],
    check: { get: '/models' },
  },
})
const details = (more: Partial<ProviderDefinition>): readonly string[] =>
  providerBreaches({ ...provider, ...more }).map(({ detail }) => detail)

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kit 套件 '))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const manifest = {
    id: 'x',
    version: '1',
    label: { en: 'X' },
    entry: 'index',
    providers: [{ id: 'p', models: ['m'] }],
  }
  const usual = {
    'openclaw.plugin.json': JSON.stringify(manifest),
    'index.js': `export default ${JSON.stringify({ id: 'x', providers: [provider] })}`,
  }
  for (const [name, text] of Object.entries({ ...usual, ...files })) writeFileSync(join(folder, name), text)
  return folder
}

describe('a plugin that keeps the contract', () => {
  it('has no breach, by path and by URL', async () => {
    const folder = folderWith({})
    expect(await checkPlugin(folder)).toEqual([])
    await expect(assertPlugin(pathToFileURL(`${folder}/`))).resolves.toBeUndefined()
  })

  it('is every one that we bring', async () => {
    const plugins = findPlugins(pluginsFolder()).flatMap((found) => (found.kind === 'ok' ? [found.manifest] : []))
    expect(plugins.length).toBe(readdirSync(pluginsFolder()).length)
    for (const manifest of plugins) {
      const providers = await loadPlugin(manifest, pluginEntry(manifest.folder))
      expect(providers.flatMap(providerBreaches)).toEqual([])
    }
  })
})

describe('the contract is broken', () => {
  it.each<[string, Readonly<Record<string, string>>, Breach['rule'], string]>([
    ['by a manifest that cannot be read', { 'openclaw.plugin.json': '{' }, 'manifest', 'JSON'],
    ['by a module that throws', { 'index.js': 'throw new Error("no such day")' }, 'module', 'no such day'],
    [
      'by a module that differs',
      { 'index.js': `export default { id: 'x', providers: [] }` },
      'module',
      'only its manifest has',
    ],
    ['by a module that imports a package', { 'index.js': `import 'left-pad'` }, 'module', 'it imports left-pad'],
  ])('%s', async (_, files, rule, detail) => {
    const breaches = await checkPlugin(folderWith(files))
    expect(breaches).toEqual([{ rule, detail: expect.stringContaining(detail) }])
  })

  it('by files that everybody may write, and by none', async () => {
    const folder = folderWith({})
    chmodSync(join(folder, 'index.js'), 0o666)
    expect(await checkPlugin(folder)).toMatchObject([{ rule: 'files', detail: expect.stringContaining('everybody') }])
    rmSync(join(folder, 'index.js'))
    expect(await checkPlugin(folder)).toMatchObject([{ rule: 'files', detail: expect.stringContaining('no index.js') }])
  })

  it.each<[Partial<ProviderDefinition>, string]>([
    [{ baseUrl: 'http://p.example/v1' }, 'neither an https address nor one of this machine (plain-http)'],
    [{ baseUrl: 'https://me:secret@p.example/v1' }, '(userinfo)'],
    [{ baseUrl: 'https://p.example/v1/' }, 'ends in /'],
    [{ hosts: ['q.example'] }, 'hosts do not hold p.example'],
    [{ hosts: ['p.example', 'https://q.example'] }, 'https://q.example is no host name'],
    [{ models: [{ id: 'm' }, { id: 'm' }] }, 'the model m is listed twice'],
    [{ models: [{ id: 'm' }, { id: 'm@x' }] }, 'holds a blank or @'],
    [{ aliases: { 'a/b': 'm' } }, 'the alias "a/b" holds'],
    [{ aliases: { a: 'other' } }, 'leads to other'],
    [{ defaultModel: 'other' }, 'default model other'],
    [{ models: [{ id: 'm', contextWindow: 10, maxTokens: 20 }] }, 'puts out more'],
    [{ headers: { Authorization: 'Bearer x' } }, 'the header Authorization'],
    [keyAt({ baseUrl: 'http://p.example/v1' }), 'neither an https address'],
    [keyAt({ baseUrl: 'https://q.example/v1' }), 'hosts do not hold q.example'],
    [keyAt({ env: ['P-KEY'] }), 'is no name of an environment variable'],
    [keyAt({}, {}), 'two places of its key have the flags'],
    [{ label: { en: '\u001b[2J' } }, 'holds a control character'],
  ])('by the declaration %j', (more, detail) => {
    expect(details(more)).toEqual([expect.stringContaining(detail)])
  })

  it.each<[string, NonNullable<ProviderDefinition['readFailure']>, string]>([
    ['throws', ({ json }) => void (json as { error: { code: string } }).error.code, 'throws for status'],
    [
      'makes up a kind',
      () =>
        ({ kind: 'busy', scope: 'account', evidence: 'x' }) as unknown as ReturnType<
          NonNullable<ProviderDefinition['readFailure']>
        >,
      'returns what is no failure',
    ],
    ['gives no evidence', () => ({ kind: 'quota', scope: 'account', evidence: '' }), 'gives no evidence'],
    [
      'tells the key as a code',
      ({ text }) => ({
        kind: 'auth',
        scope: 'account',
        evidence: 'no',
        code: /sk-\S+(?=\.)/.exec(text)?.[0] ?? 'none',
      }),
      'tells the key',
    ],
  ])('by a readFailure that %s', (_, readFailure, detail) => {
    const found = details({ readFailure })
    expect(found.length).toBeGreaterThan(0)
    for (const breach of found) expect(breach).toContain(detail)
  })

  it('by quirks that throw at odd bodies, return what is no change, or are asked by no ASCII', () => {
    const found = details({
      quirks: {
        request: {
          patterns: ['"角色"'],
          change: ({ messages }) => ((messages as { role: string }[])[0]?.role ? undefined : (1 as never)),
        },
        answer: () => (event) => ({ first: (event['choices'] as { index: number }[])[0]?.index }),
      },
    })
    expect(found).toContain('p: the pattern "\\"角色\\"" of quirks.request is no ASCII text')
    for (const breach of ['quirks.request throws', 'quirks.request returns no change', 'quirks.answer throws'])
      expect(found.some((detail) => detail.includes(breach))).toBe(true)
  })

  it('by a login that throws at odd answers, or may show no host', () => {
    const login = {
      kind: 'device-code' as const,
      baseUrl: 'https://p.example',
      deviceAuthorizationPath: '/d',
      tokenPath: 't',
      clientId: 'c',
      scope: '',
      verificationHosts: [],
      resourceUrl: (body: Readonly<Record<string, unknown>>) => (body['error'] as string).trim(),
    }
    const found = details({ login })
    expect(found).toContain('p: t begins without /')
    expect(found).toContain('p: no host may be shown for approval (verificationHosts)')
    expect(found.some((detail) => detail.includes('resourceUrl throws for'))).toBe(true)
  })

  it('by another program’s login that throws at odd files, makes one up, or is not read back', () => {
    const outside = (read: (members: Readonly<Record<string, unknown>>) => unknown) => ({
      outside: { ...qwenCode, read } as typeof qwenCode,
    })
    expect(details({ outside: qwenCode })).toEqual([])
    expect(details(outside(() => undefined))).toEqual(['p: outside.read does not read back what outside.write writes'])
    const found = details(outside(({ access_token }) => ({ accessToken: (access_token as string).trim() })))
    expect(found.some((detail) => detail.includes('outside.read throws for'))).toBe(true)
    expect(details(outside(() => ({ accessToken: 1 }))).join('\n')).toContain(
      'outside.read returns what is no login for',
    )
  })

  it('in one error that lists all of it', async () => {
    const module = { id: 'x', providers: [{ ...provider, hosts: [], defaultModel: 'other' }] }
    const folder = folderWith({ 'index.js': `export default ${JSON.stringify(module)}` })
    await expect(assertPlugin(folder)).rejects.toThrow(
      /breaks its contract:\n- declaration: p: hosts do not hold.*\n- declaration: p: its default model/,
    )
  })
})
