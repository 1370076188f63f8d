/** An outside plugin runs as it was when it was switched on, or not at all. */
import { cpSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sizeOf } from '../../test/catalogue/sizes.ts'
import type { FailedAnswer, ProviderDefinition } from '../core/provider.ts'
import { loadOutsidePlugin } from './load-outside.ts'
import { MANIFEST, pluginFolders, PROVIDER } from './plugin-folders.fixture.ts'
import { filesToTrust, trustIn } from './trust.ts'

const module = (label: string, more = ''): string => `
import { definePlugin, httpProvider } from 'openclaw/sdk'
import data from './data.json' with { type: 'json' }
import { models } from './lib/models.js'
export default definePlugin({ id: 'some-plugin', providers: [
  httpProvider({ ...data, models, label: { en: ${JSON.stringify(label)} }, ${more} }),
] })`

function plugin(files: Readonly<Record<string, string>> = {}): string {
  const root = pluginFolders({
    one: {
      'openclaw.plugin.json': JSON.stringify(MANIFEST),
      'index.js': module('first'),
      'data.json': JSON.stringify(PROVIDER),
      'lib.txt': '',
      ...files,
    },
    lib: { 'models.js': `export const models = [{ id: 'm' }, { id: 'n' }]` },
  })
  renameSync(join(root, 'lib'), join(root, 'one', 'lib'))
  return join(root, 'one')
}

const manifestAt = (folder: string) => ({ id: MANIFEST.id, folder })
const load = (folder: string, limitMs?: number): Promise<readonly ProviderDefinition[]> =>
  loadOutsidePlugin({ id: MANIFEST.id, folder, files: filesToTrust(manifestAt(folder)), isOn: true }, limitMs)
const on = (sha256?: string) => ({ enabled: true, ...(sha256 !== undefined && { sha256 }) })

/** Ways in which a plugin is another one than before. */
const SWAPS: readonly (readonly [string, (folder: string) => void])[] = [
  ['its module', (f) => writeFileSync(join(f, 'index.js'), module('second'))],
  [
    'one byte of its module',
    (f) => writeFileSync(join(f, 'index.js'), module('first ').replace("'first '", "'firsT'")),
  ],
  ['a module that it imports', (f) => writeFileSync(join(f, 'lib/models.js'), `export const models = []`)],
  [
    'its data',
    (f) => writeFileSync(join(f, 'data.json'), JSON.stringify({ ...PROVIDER, baseUrl: 'https://evil.example' })),
  ],
  [
    'its manifest',
    (f) => writeFileSync(join(f, 'openclaw.plugin.json'), JSON.stringify({ ...MANIFEST, version: '2' })),
  ],
  ['a file that nobody imports', (f) => writeFileSync(join(f, 'lib.txt'), 'x')],
  ['by one file more', (f) => writeFileSync(join(f, 'more.js'), '')],
  ['by a file less', (f) => unlinkSync(join(f, 'lib.txt'))],
  ['in the name of a file', (f) => renameSync(join(f, 'lib.txt'), join(f, 'lib2.txt'))],
  ['in the place of a file', (f) => renameSync(join(f, 'lib.txt'), join(f, 'lib', 'lib.txt'))],
  ['by an entry that goes before the first', (f) => writeFileSync(join(f, 'index.mjs'), module('second'))],
  [
    'as a whole, by another folder in its place',
    (f) => {
      const other = plugin({ 'index.js': module('other') })
      rmSync(f, { recursive: true })
      cpSync(other, f, { recursive: true })
    },
  ],
]

describe('P-04 a plugin that was changed after it was switched on', () => {
  it.each(SWAPS)('is refused: %s', (_, swap) => {
    const folder = plugin()
    const { sha256 } = filesToTrust(manifestAt(folder))
    expect(trustIn(manifestAt(folder), on(sha256)).kind).toBe('trusted')
    swap(folder)
    expect(trustIn(manifestAt(folder), on(sha256))).toMatchObject({
      kind: 'refused',
      error: { code: 'plugin-changed', run: 'openclaw plugins enable some-plugin' },
    })
  })

  it.each(SWAPS)('between check and import runs as it was checked: %s', async (_, swap) => {
    const folder = plugin()
    const files = filesToTrust(manifestAt(folder))
    swap(folder)
    const [provider] = await loadOutsidePlugin({ id: MANIFEST.id, folder, files, isOn: true })
    expect(provider).toMatchObject({
      label: { en: 'first' },
      baseUrl: PROVIDER.baseUrl,
      models: [{ id: 'm' }, { id: 'n' }],
    })
  })

  it('cannot be let in by a link to its old self that leaves the folder', () => {
    const folder = plugin()
    const { sha256 } = filesToTrust(manifestAt(folder))
    renameSync(join(folder, 'index.js'), join(folder, '..', 'index.js'))
    symlinkSync('../index.js', join(folder, 'index.js'))
    expect(trustIn(manifestAt(folder), on(sha256))).toMatchObject({ error: { code: 'plugin-unsafe' } })
  })

  it('runs as it is now once it is switched on again', async () => {
    const folder = plugin()
    await load(folder)
    writeFileSync(join(folder, 'index.js'), module('second'))
    expect((await load(folder))[0]?.label).toEqual({ en: 'second' })
  })
})

describe('P-01 a plugin that nobody has switched on', () => {
  it.each([
    ['is off without an entry', undefined, { kind: 'off' }],
    ['is off with an entry that says so', { enabled: false }, { kind: 'off' }],
    ['is off with a hash alone', { enabled: false, sha256: 'x' }, { kind: 'off' }],
    ['is refused when only the settings were written', on(), { kind: 'refused', error: { code: 'plugin-untrusted' } }],
    ['is refused with an empty hash', on(''), { kind: 'refused', error: { code: 'plugin-untrusted' } }],
    ['is refused with a made-up hash', on('0'.repeat(64)), { kind: 'refused', error: { code: 'plugin-changed' } }],
  ])('%s', (_, setting, trust) => {
    expect(trustIn(manifestAt(plugin()), setting)).toMatchObject(trust)
  })
})

describe('a plugin that cannot be used is told', () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['its module throws', { 'index.js': 'throw new Error("no such day")' }, /no such day/],
    ['its module throws nothing', { 'index.js': 'throw undefined' }, /undefined/],
    ['its module is no JavaScript', { 'index.js': 'const x: number = 1 +' }, /Missing|Unexpected/],
    ['its module exports nothing', { 'index.js': '' }, /is not a plugin/],
    ['it imports a package', { 'index.js': `import 'zod'` }, /it imports zod, which is neither/],
    ['it imports what lies outside', { 'index.js': `import '../other.js'` }, /it imports \.\.\/other\.js/],
    ['it imports by an address', { 'index.js': `import 'file:///etc/x.js'` }, /it imports file:/],
    ['it imports a hidden file', { 'index.js': `import './.x.js'`, '.x.js': '' }, /it imports \.\/\.x\.js/],
    [
      'its data differ from its manifest',
      { 'index.js': `export default { id: 'some-plugin', providers: [] }` },
      /only its manifest/,
    ],
    [
      'its provider is nothing to use',
      { 'index.js': module('x', 'quota: { requestsPerDay: "many" },') },
      /quota\.requestsPerDay: expected a whole number/,
    ],
    ['its reader is none', { 'index.js': module('x', 'readFailure: "no",') }, /readFailure: expected a function/],
    ['its manifest was lost', { 'openclaw.plugin.json': '{' }, /openclaw\.plugin\.json: /],
  ])('when %s', async (_, files, detail) => {
    await expect(load(plugin(files))).rejects.toMatchObject({
      code: 'plugin-broken',
      params: { plugin: 'some-plugin' },
      message: expect.stringMatching(detail),
    })
  })

  it('when its module waits for what never comes', async () => {
    const folder = plugin({ 'index.js': 'await new Promise(() => {})' })
    await expect(load(folder, 50)).rejects.toThrow('its module was not ready within 0.05 s')
  })

  it('when it has no module', async () => {
    const folder = plugin()
    unlinkSync(join(folder, 'index.js'))
    await expect(load(folder)).rejects.toThrow('there is no index.js or index.mjs beside its manifest')
  })
})

describe('a plugin’s own reading of an answer', () => {
  const answer: FailedAnswer = { status: 429, contentType: 'text/plain', text: 'x', json: undefined, now: new Date(0) }
  const read = async (code: string): Promise<unknown> =>
    (await load(plugin({ 'index.js': module('x', `readFailure: (answer) => { ${code} },`) })))[0]?.readFailure?.(answer)

  it('counts', async () => {
    const told = `{ kind: 'quota', scope: 'account', evidence: 'spent' }`
    expect(await read(`return ${told}`)).toEqual({ kind: 'quota', scope: 'account', evidence: 'spent' })
  })

  it.each([
    'throw new Error("oops")',
    'return null',
    'return "quota"',
    `return { kind: 'made-up', scope: 'account', evidence: 'x' }`,
    `return { kind: 'quota', scope: '__proto__', evidence: 'x' }`,
    `return { kind: 'quota', scope: 'account' }`,
    `return { kind: 'quota', scope: 'account', evidence: 'x', retryAt: new Date(NaN) }`,
    'return Promise.resolve()',
  ])('counts for nothing where it says nothing to rely on: %s', async (code) => {
    expect(await read(code)).toBeUndefined()
  })
})

it('P-04 has as many changes as its row says, before the check and after it', () => {
  expect(SWAPS.length).toBeGreaterThanOrEqual(sizeOf('P-04'))
})
