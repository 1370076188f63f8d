/** Where a person's plugins lie, and which names are taken for what they are. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestFrom, type Manifest } from './manifests.ts'
import { findOutsidePlugins } from './outside-folders.ts'
import { MANIFEST, pluginFolders } from './plugin-folders.fixture.ts'
import { sizeOf } from '../../test/catalogue/sizes.ts'

const manifest = (more: object = {}): string => JSON.stringify({ ...MANIFEST, ...more })
const folder = (id: string): Readonly<Record<string, string>> => ({
  'openclaw.plugin.json': manifest({ id, providers: [{ id: `p-${id}`, models: [] }] }),
})

const found = (paths: readonly string[], { home = '/nowhere', bundled = [] as readonly Manifest[] } = {}) =>
  findOutsidePlugins(paths, { home, bundled })
const idsAt = (paths: readonly string[], home?: string): readonly string[] =>
  found(paths, home ? { home } : {}).found.map((plugin) =>
    plugin.kind === 'ok' ? plugin.manifest.id : String(plugin.problem),
  )

describe('a path of plugins.load.paths', () => {
  it('names a plugin’s folder, or one that holds some', () => {
    const root = pluginFolders({ a: folder('a'), b: folder('b'), none: {} })
    expect(idsAt([root])).toEqual(['a', 'b'])
    expect(idsAt([join(root, 'b'), join(root, 'a')])).toEqual(['b', 'a'])
  })

  it('begins at home with ~', () => {
    const home = pluginFolders({ a: folder('a') })
    expect(idsAt(['~/a'], home)).toEqual(['a'])
    expect(idsAt(['~'], home)).toEqual(['a'])
  })

  it('is told when it leads nowhere', () => {
    const root = pluginFolders({ none: {} })
    writeFileSync(join(root, 'file'), '')
    mkdirSync(join(root, '~'))
    const { problems } = found([join(root, 'gone'), join(root, 'file'), join(root, 'none'), '${PLUGINS}/x', '~other/x'])
    expect(problems.map(({ problem }) => String(problem))).toEqual([
      'there is no such folder',
      'there is no such folder',
      'there is no openclaw.plugin.json in it, nor in a folder below it',
      'the variable PLUGINS is not set in this environment',
      'a folder of plugins begins with / or ~/',
    ])
  })

  it('is looked at once, however often it is named', () => {
    const root = pluginFolders({ a: folder('a') })
    expect(idsAt([root, join(root, 'a'), `${root}/`])).toEqual(['a'])
  })
})

describe('an id belongs to the first that has it', () => {
  it('among outside plugins', () => {
    const root = pluginFolders({ a: folder('same'), b: folder('same') })
    expect(idsAt([join(root, 'b'), join(root, 'a')])).toEqual([
      'same',
      `the id same is taken by the plugin in ${join(root, 'b')}`,
    ])
  })

  it('and to what we bring before all others, as does a provider’s', () => {
    const root = pluginFolders({ a: folder('ours'), b: folder('b') })
    const bundled: readonly Manifest[] = [
      { ...MANIFEST, id: 'ours', folder: '/ours', providers: [{ id: 'p-b', models: [], aliases: {} }] },
    ]
    const problems = found([root], { bundled }).found.map(
      (plugin) => plugin.kind === 'broken' && String(plugin.problem),
    )
    expect(problems).toEqual([
      'the id ours is taken by the plugin in /ours',
      'its provider p-b is brought by the plugin ours already',
    ])
  })
})

const ODD_NAMES = [
  '../x',
  '@a/../../b',
  '/etc/passwd',
  'a\0b',
  '',
  '.',
  '..',
  'a/b',
  'a\\b',
  'C:\\x',
  'A',
  ' a',
  'a\n',
  '~',
]

describe('P-03 a name that leads elsewhere is refused', () => {
  it.each(ODD_NAMES)('as a plugin’s id: %j', (id) => {
    expect(manifestFrom('/x', manifest({ id }))).toMatchObject({
      kind: 'broken',
      problem: expect.saying(/ id: expected/),
    })
  })

  it.each(ODD_NAMES.filter((name) => name !== 'A'))('as a plugin’s module: %j', (entry) => {
    expect(manifestFrom('/x', manifest({ entry }))).toMatchObject({
      kind: 'broken',
      problem: expect.saying(/entry: expected the name of a module/),
    })
  })

  it.each(ODD_NAMES)('as a provider’s id: %j', (id) => {
    expect(manifestFrom('/x', manifest({ providers: [{ id, models: [] }] }))).toMatchObject({
      kind: 'broken',
      problem: expect.saying(/providers\.0\.id: expected/),
    })
  })

  it.each(['../x', '@a/../../b', 'x', './x', '~x', '/tmp/a\0b', '/tmp/\u001b[2J', '', '\\\\host\\share'])(
    'as a folder: %j',
    (path) => {
      expect(found([path])).toMatchObject({
        found: [],
        problems: [{ path, problem: expect.saying(/begins with|control/) }],
      })
    },
  )
})

it('P-03 has as many names as its row says, in each place where one stands', () => {
  expect(3 * ODD_NAMES.length).toBeGreaterThanOrEqual(sizeOf('P-03'))
})
