/** The floors of the house: imports go down, never sideways, never round; vendors stay in their rooms. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const source = join(root, 'src')

/** docs/architecture.md draws the same picture. */
const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  stores: 1,
  net: 1,
  system: 1,
  texts: 1,
  config: 2,
  routing: 2,
  quota: 2,
  dialects: 2,
  'plugin-host': 2,
  sdk: 2,
  serving: 3,
  accounts: 3,
  setup: 3,
  'contract-kit': 3,
  service: 3,
  control: 4,
  gateway: 5,
  plugins: 5,
  app: 6,
  cli: 7,
}

/** Use cases may lean on these use cases: the logins and the setup are what a request is served with. */
const SIDEWAYS: ReadonlySet<string> = new Set(['serving > accounts'])

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => join(source, name))
const isTestSupport = (file: string): boolean =>
  file.endsWith('.fixture.ts') || /from 'vitest'|from 'fast-check'/.test(readFileSync(file, 'utf8'))
const product = files.filter((file) => !isTestSupport(file))

const imports: readonly Import[] = product.flatMap((file) =>
  specifiers(readFileSync(file, 'utf8'))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: relative(source, file), to: relative(source, resolve(dirname(file), specifier)) })),
)

function specifiers(text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import|require|getBuiltinModule)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  )
}

/** `app.ts` is the door of the room `app/`. */
function room(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '')
}

function floor(file: string): number {
  const found = FLOORS[room(file)]
  if (found === undefined) throw new Error(`${file} stands in no known room`)
  return found
}

describe('the house', () => {
  it('has no import that goes up or sideways', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (room(from) === room(to)) return false
      if (SIDEWAYS.has(`${room(from)} > ${room(to)}`)) return false
      return floor(to) >= floor(from)
    })
    expect(wrong).toEqual([])
  })

  it('has no circle of imports', () => {
    const edges = new Map<string, string[]>()
    for (const { from, to } of imports) edges.set(from, [...(edges.get(from) ?? []), to])
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) return void circles.push([...trail.slice(trail.indexOf(file)), file].join(' > '))
      if (done.has(file)) return
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of edges.keys()) visit(file, [])
    expect(circles).toEqual([])
  })

  it('lets everybody into app/ through app.ts only', () => {
    expect(imports.filter(({ from, to }) => room(from) !== 'app' && to.startsWith('app/'))).toEqual([])
  })

  it('lets everybody read the contract of control/ through contract.ts only', () => {
    const inside = 'control/contract/'
    const wrong = imports.filter(
      ({ from, to }) => to.startsWith(inside) && from !== 'control/contract.ts' && !from.startsWith(inside),
    )
    expect(wrong).toEqual([])
  })

  it('keeps core/ free of Node and of packages', () => {
    const outside = product
      .filter((file) => relative(source, file).startsWith('core/'))
      .flatMap((file) => specifiers(readFileSync(file, 'utf8')).filter((specifier) => !specifier.startsWith('./')))
    expect(outside).toEqual([])
  })

  it('lets plugins import sdk/ only', () => {
    expect(
      imports.filter(({ from, to }) => room(from) === 'plugins' && !to.startsWith('plugins/') && to !== 'sdk/index.ts'),
    ).toEqual([])
  })

  it('lets serving/ know a wire format only through dialects/formats.ts', () => {
    expect(imports.filter(({ from, to }) => room(from) === 'serving' && /^dialects\/[^/]+\//.test(to))).toEqual([])
  })

  it('lets the emulator import nothing of src/, and nothing of src/ import the emulator', () => {
    const folder = join(root, 'emulator')
    const outside = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        specifiers(readFileSync(join(folder, name), 'utf8')).filter((specifier) => specifier.startsWith('..')),
      )
    expect(outside).toEqual([])
    expect(imports.filter(({ to }) => to.startsWith('..'))).toEqual([])
  })

  it('names no vendor in shared code', () => {
    const declared = new Set(
      readdirSync(join(source, 'plugins')).flatMap((name) => {
        const { id, providers } = JSON.parse(
          readFileSync(join(source, 'plugins', name, 'openclaw.plugin.json'), 'utf8'),
        ) as {
          id: string
          providers: readonly {
            readonly id: string
            readonly models: readonly string[]
            readonly aliases?: Readonly<Record<string, string>>
            readonly key?: { readonly env: readonly string[] }
          }[]
        }
        // Hosts; and of a login that another program keeps, its id, program and variable.
        const own = readdirSync(join(source, 'plugins', name))
          .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
          .map((file) => readFileSync(join(source, 'plugins', name, file), 'utf8'))
          .flatMap((text) => [
            ...text.matchAll(/https:\/\/([a-z0-9.-]+)/g),
            ...text.matchAll(/(?:outsideLogin\(\{\s*id|\n\s*program|variable): '([^']+)'/g),
          ])
          .map((match) => match[1] ?? '')
        return [
          id,
          ...own,
          ...providers.flatMap((provider) => [
            provider.id,
            ...provider.models,
            ...Object.keys(provider.aliases ?? {}),
            ...(provider.key?.env ?? []),
          ]),
        ]
      }),
    )
    declared.delete('local') // a word like any other
    const named = product
      .filter((file) => !['plugins', 'connect'].includes(room(relative(source, file))))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`\n]*)`/g)]
          .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
          .filter((literal) => declared.has(literal) || [...declared].some((host) => literal === `https://${host}`))
          .map((literal) => `${relative(source, file)}: ${literal}`),
      )
    expect(named).toEqual([])
  })

  it('says in the first line of every file what it is for', () => {
    const silent = [
      ...files,
      ...readdirSync(join(root, 'emulator')).map((name) => join(root, 'emulator', name)),
    ].filter(
      (file) =>
        file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^\/\*\*\s+(?:\* )?\S/.test(readFileSync(file, 'utf8')),
    )
    expect(silent.map((file) => relative(root, file))).toEqual([])
  })
})
