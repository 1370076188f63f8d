import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPlugins, goodManifests, listManifests, type FoundPlugin } from './manifests.ts'
import { MANIFEST, pluginFolders } from './plugin-folders.fixture.ts'

function found(folders: Readonly<Record<string, string | undefined>>): readonly FoundPlugin[] {
  const files = Object.entries(folders).map(([name, manifest]) => [
    name,
    manifest === undefined ? {} : { 'openclaw.plugin.json': manifest },
  ])
  return findPlugins(pluginFolders(Object.fromEntries(files)))
}

const manifest = (more: object = {}): string => JSON.stringify({ ...MANIFEST, ...more })

describe('a plugin', () => {
  it('is known by its manifest alone', () => {
    const root = pluginFolders({
      one: { 'openclaw.plugin.json': manifest(), 'index.mjs': 'throw new Error("was run")' },
    })
    expect(findPlugins(root)).toEqual([{ kind: 'ok', manifest: { ...MANIFEST, folder: join(root, 'one') } }])
  })

  it('may bring no alias, and things that we do not know', () => {
    const [plugin] = found({ one: manifest({ providers: [{ id: 'p', models: [], color: 'red' }], extra: 1 }) })
    expect(plugin).toMatchObject({ kind: 'ok', manifest: { providers: [{ id: 'p', models: [], aliases: {} }] } })
  })

  it('is none where a folder holds no manifest', () => {
    expect(found({ empty: undefined })).toEqual([])
  })
})

describe('a folder of whole plugins', () => {
  it('has the same manifests with a list as without', () => {
    const root = pluginFolders({
      one: { 'openclaw.plugin.json': manifest() },
      two: { 'openclaw.plugin.json': manifest({ id: 'other', providers: [] }) },
    })
    const read = goodManifests(root)
    expect(read.map(({ id, folder }) => [id, folder])).toEqual([
      ['some-plugin', join(root, 'one')],
      ['other', join(root, 'two')],
    ])
    listManifests(root)
    rmSync(join(root, 'one'), { recursive: true })
    expect(goodManifests(root)).toEqual(read)
  })

  it('is not listed while one is broken', () => {
    const root = pluginFolders({ one: { 'openclaw.plugin.json': '{' } })
    expect(() => listManifests(root)).toThrow(/one: openclaw\.plugin\.json: /)
  })
})

describe('a broken manifest', () => {
  it.each([
    ['no JSON', '{"id": ', /JSON/],
    ['a list', '[]', /json: expected an object$/],
    ['no id', manifest({ id: undefined }), /id: expected an id of small letters, digits and "-"$/],
    ['an id that leads elsewhere', manifest({ id: '../x' }), /id: expected an id/],
    ['a version that is a number', manifest({ version: 1 }), /version: expected a text$/],
    ['no English label', manifest({ label: { 'zh-CN': '插件' } }), /label\.en: expected a text$/],
    [
      'a label that would command a terminal',
      manifest({ label: { en: '\u001b[2J' } }),
      /label\.en: expected a text without control characters$/,
    ],
    ['an escape where JSON should be', '\u001b[2J{', /^\P{Cc}*$/u],
    ['an empty label', manifest({ label: { en: '' } }), /label\.en: expected a text that is not empty$/],
    ['an entry that leads elsewhere', manifest({ entry: '../../x' }), /entry: expected the name of a module/],
    ['one provider instead of a list', manifest({ providers: {} }), /providers: expected a list of providers$/],
    [
      'a provider without models',
      manifest({ providers: [{ id: 'p' }] }),
      /providers\.0\.models: expected a list of model ids$/,
    ],
    [
      'an alias that is no text',
      manifest({ providers: [{ id: 'p', models: [], aliases: { a: 1 } }] }),
      /aliases\.a: expected a text$/,
    ],
  ])('with %s says why', (_, text, problem) => {
    const [plugin] = found({ one: text })
    expect(plugin).toMatchObject({ kind: 'broken' })
    expect(plugin).toMatchObject({ problem: expect.saying(problem) })
    expect(plugin).toMatchObject({ problem: expect.saying(/^openclaw\.plugin\.json: /) })
  })

  it('does not stop the others', () => {
    const plugins = found({ a: manifest({ id: 'a' }), b: '{', c: manifest({ id: 'c' }) })
    expect(plugins.map((plugin) => (plugin.kind === 'ok' ? plugin.manifest.id : 'broken'))).toEqual([
      'a',
      'broken',
      'c',
    ])
  })

  it('is one with the id of another plugin: the first folder by name counts', () => {
    const [first, second] = found({ a: manifest(), b: manifest() })
    expect(first).toMatchObject({ kind: 'ok', manifest: { id: 'some-plugin' } })
    expect(second).toMatchObject({ kind: 'broken', problem: expect.saying(/id some-plugin is taken by .*a$/) })
  })
})
