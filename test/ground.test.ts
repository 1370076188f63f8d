/** The ground that everything stands on: Node, launcher, links between pages. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

interface Package {
  readonly engines: { readonly node: string }
}

const manifest = JSON.parse(read('package.json')) as Package

it('runs the tests on a Node that the product supports', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  expect((major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26).toBe(true)
})

it('checks in the launcher the range that package.json states', () => {
  expect(manifest.engines.node).toBe('>=24.16.0 <25 || >=26.1.0')
  const launcher = read('bin/openclaw.cjs')
  expect(launcher).toContain('if (major === 24) return minor >= 16')
  expect(launcher).toContain('if (major === 26) return minor >= 1')
})

it('asks npm for no warnings of its own around an answer, since the launcher finds a Node that fits', () => {
  expect(read('.npmrc')).toMatch(/^loglevel=error$/m)
})

it('says that the build tools are not there, and ends well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-prepare-'))
  cpSync(resolve(import.meta.dirname, '../scripts/prepare.mjs'), join(folder, 'scripts', 'prepare.mjs'))
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts', 'prepare.mjs')], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining('the build tools are not installed here, so dist/ is left as it is'),
  })
})

it('links only to pages that are there', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ]
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  expect(dead).toEqual([])
})
