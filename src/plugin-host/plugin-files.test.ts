/** The files of an outside plugin, as they must lie to be trusted. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readPluginFiles } from './plugin-files.ts'
import { sizeOf } from '../../test/catalogue/sizes.ts'

/** A plugin in a folder of its own, within another one of ours. */
function pluginFolder(): string {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'above 上 ')))
  onTestFinished(() => rmSync(above, { recursive: true, force: true }))
  const folder = join(above, 'plugin')
  mkdirSync(join(folder, 'lib'), { recursive: true, mode: 0o755 })
  writeFileSync(join(folder, 'index.js'), 'export default 1\n')
  writeFileSync(join(folder, 'lib', 'more.js'), 'export const more = 2\n')
  return folder
}

const isRoot = process.geteuid?.() === 0
const OTHER = 54_321

type Layout = readonly [name: string, make: (folder: string) => string, reason: RegExp, needs?: 'root']

/** Each makes one thing wrong and returns the path that is to be named. */
const LAYOUTS: readonly Layout[] = [
  ['a file that everybody may write', (f) => (chmodSync(join(f, 'index.js'), 0o666), join(f, 'index.js')), /everybody/],
  [
    'a file that everybody may only write',
    (f) => (chmodSync(join(f, 'lib/more.js'), 0o602), join(f, 'lib/more.js')),
    /everybody/,
  ],
  ['a folder that everybody may write', (f) => (chmodSync(f, 0o777), f), /everybody/],
  ['a sticky folder of everybody', (f) => (chmodSync(f, 0o1777), f), /everybody/],
  ['a folder within that everybody may write', (f) => (chmodSync(join(f, 'lib'), 0o757), join(f, 'lib')), /everybody/],
  ['a folder above that everybody may write', (f) => (chmodSync(dirname(f), 0o777), dirname(f)), /everybody/],
  [
    'a file of another user',
    (f) => (chownSync(join(f, 'index.js'), OTHER, OTHER), join(f, 'index.js')),
    /54321/,
    'root',
  ],
  ['a folder of another user', (f) => (chownSync(f, OTHER, OTHER), f), /54321/, 'root'],
  [
    'a folder within of another user',
    (f) => (chownSync(join(f, 'lib'), OTHER, OTHER), join(f, 'lib')),
    /54321/,
    'root',
  ],
  ['a folder above of another user', (f) => (chownSync(dirname(f), OTHER, OTHER), dirname(f)), /54321/, 'root'],
  [
    'a sticky folder above of another user',
    (f) => (chownSync(dirname(f), OTHER, OTHER), chmodSync(dirname(f), 0o1777), dirname(f)),
    /54321/,
    'root',
  ],
  [
    'a link to a file outside',
    (f) => (symlinkSync('/etc/hostname', join(f, 'out.js')), join(f, 'out.js')),
    /link to \/etc/,
  ],
  [
    'a link to the folder above',
    (f) => (symlinkSync('..', join(f, 'up')), join(f, 'up')),
    /link to .*, outside the plugin's folder/,
  ],
  ['a link to a folder within', (f) => (symlinkSync('lib', join(f, 'lib2')), join(f, 'lib2')), /a link to a folder/],
  [
    'a link to nowhere',
    (f) => (symlinkSync('nowhere.js', join(f, 'x.js')), join(f, 'x.js')),
    /cannot be read \(ENOENT\)/,
  ],
  ['a link to itself', (f) => (symlinkSync('x.js', join(f, 'x.js')), join(f, 'x.js')), /cannot be read \(ELOOP\)/],
  [
    'a hard link to a file elsewhere',
    (f) => {
      writeFileSync(join(dirname(f), 'elsewhere.js'), '')
      linkSync(join(dirname(f), 'elsewhere.js'), join(f, 'hard.js'))
      return join(f, 'hard.js')
    },
    /2 names \(hard links\)/,
  ],
  ['a pipe', (f) => (execFileSync('mkfifo', [join(f, 'pipe.js')]), join(f, 'pipe.js')), /a pipe, not a file/],
  [
    'too many files',
    (f) => {
      for (let at = 0; at < 500; at += 1) writeFileSync(join(f, `${at}.js`), '')
      return f
    },
    /more than 500 files/,
  ],
  [
    'too large a file',
    (f) => {
      writeFileSync(join(f, 'large.js'), '')
      truncateSync(join(f, 'large.js'), 17 * 1_048_576)
      return join(f, 'large.js')
    },
    /more than 16 MiB/,
  ],
  [
    'a name that would command a terminal',
    (f) => (writeFileSync(join(f, '\u001b[2J.js'), ''), f),
    /name of a file in it holds a control character/,
  ],
  ['no folder', (f) => (rmSync(f, { recursive: true }), f), /cannot be read \(ENOENT\)/],
]

describe('P-02 a plugin is blocked with the reason', () => {
  for (const [name, make, reason, needs] of LAYOUTS) {
    it(`for ${name}`, ({ skip }) => {
      skip(needs === 'root' && !isRoot, 'only root can give files away')
      const folder = pluginFolder()
      const file = make(folder)
      expect(readPluginFiles(folder)).toMatchObject({ kind: 'unsafe', file, reason: expect.saying(reason) })
    })
  }
})

describe('a plugin whose files are ours alone', () => {
  it('is read whole, but for names that begin with a dot', () => {
    const folder = pluginFolder()
    writeFileSync(join(folder, '.hidden.js'), '')
    mkdirSync(join(folder, '.git'))
    writeFileSync(join(folder, '.git', 'HEAD'), '')
    const read = readPluginFiles(folder)
    const texts =
      read.kind === 'ok' && Object.fromEntries([...read.bytes].map(([path, bytes]) => [path, String(bytes)]))
    expect(texts).toEqual({ 'index.js': 'export default 1\n', 'lib/more.js': 'export const more = 2\n' })
  })

  it('may be reached by a link, hold a link to a file of its own, and lie in /tmp', () => {
    const folder = pluginFolder()
    symlinkSync('index.js', join(folder, 'again.js'))
    symlinkSync(folder, join(dirname(folder), 'by-link'))
    const read = readPluginFiles(join(dirname(folder), 'by-link'))
    expect(read.kind === 'ok' && read.bytes.get('again.js')?.toString()).toBe('export default 1\n')
  })

  it('has the hash that a person gets from sha256sum', () => {
    const folder = pluginFolder()
    const list = execFileSync('sh', ['-c', 'find * -type f | LC_ALL=C sort | xargs sha256sum'], { cwd: folder })
    const read = readPluginFiles(folder)
    expect(read.kind === 'ok' && read.sha256).toBe(createHash('sha256').update(list).digest('hex'))
  })

  it('has the same hash wherever it lies, and another one for each change', () => {
    const folder = pluginFolder()
    const hash = (at = folder): string => {
      const read = readPluginFiles(at)
      return read.kind === 'ok' ? read.sha256 : String(read.reason)
    }
    const seen = [hash()]
    renameSync(join(folder, 'index.js'), join(folder, 'index.mjs'))
    seen.push(hash())
    writeFileSync(join(folder, 'index.mjs'), 'export default 2\n')
    seen.push(hash())
    writeFileSync(join(folder, 'empty.js'), '')
    seen.push(hash())
    rmSync(join(folder, 'lib'), { recursive: true })
    seen.push(hash())
    expect(new Set(seen).size).toBe(5)
    renameSync(folder, `${folder} 2`)
    expect(hash(`${folder} 2`)).toBe(seen.at(-1))
  })
})

it('P-02 has as many layouts as its row says', () => {
  expect(LAYOUTS.length).toBeGreaterThanOrEqual(sizeOf('P-02'))
})
