/** What we build from and what we ship: rows P-07, P-09 and P-10. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { sizeOf } from './sizes.ts'

const root = resolve(import.meta.dirname, '../..')

interface Locked {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
}
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly allowScripts: Readonly<Record<string, boolean>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '')

it('P-07 locks every package by sha512, names no other source, and lets node alone run an install script', () => {
  expect(packages.length).toBeGreaterThan(0)
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  expect(packages.filter(([, entry]) => entry.resolved !== undefined || entry.link).map(([path]) => path)).toEqual([])
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(ranges.filter(([, range]) => !/^\^?\d+(\.\d+){0,2}$/.test(range))).toEqual([])
  const withScripts = packages.filter(([, entry]) => entry.hasInstallScript).map(([path]) => nameOf(path))
  // fsevents comes for macOS alone, whole, and its script is not run.
  expect(withScripts.filter((name) => name !== 'node' && name !== 'fsevents')).toEqual([])
  expect(manifest.allowScripts).toEqual({ node: true })
})

it('P-10 ships few packages, those of its packages included', () => {
  const shipped = packages.filter(([, entry]) => !entry.dev && !entry.devOptional).map(([path]) => nameOf(path))
  expect(shipped.length).toBeGreaterThanOrEqual(Object.keys(manifest.dependencies).length)
  expect(shipped.length, shipped.join(' ')).toBeLessThanOrEqual(sizeOf('P-10'))
})

/** What may be in the package; chunks are named by their content. */
const CONTENT = [
  /^(?:CHANGELOG|README|SECURITY)\.md$/,
  /^LICENSE$/,
  /^package\.json$/,
  /^bin\/openclaw\.cjs$/,
  /^dist\/(?:main|writer)\.cjs$/,
  /^dist\/(?:contract-kit|emulator|sdk)\.js$/,
  /^dist\/types\/(?:[\w-]+\/)*[\w-]+\.d\.ts$/,
  /^dist\/chunks\/[\w.-]+-[\w-]{8}\.c?js$/,
  /^dist\/plugins\/(?:manifests\.json|[a-z-]+\/(?:index\.cjs|openclaw\.plugin\.json))$/,
  /^docs\/(?:[\w-]+\/)?[\w-]+\.md$/,
  /^schemas\/[\w.-]+\.schema\.json$/,
]

it('P-09 packs what people need, and nothing of ours beside it', () => {
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [packed] = JSON.parse(said) as readonly { readonly files: readonly { readonly path: string }[] }[]
  const paths = packed?.files.map(({ path }) => path) ?? []
  expect(paths.filter((path) => !CONTENT.some((shape) => shape.test(path)))).toEqual([])
  // Each shape is there; a folder that is not packed any more would be missed.
  expect(CONTENT.filter((shape) => !paths.some((path) => shape.test(path)))).toEqual([])
  expect(paths.length).toBeGreaterThan(sizeOf('P-09'))
})
