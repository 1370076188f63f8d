/** Bundles src/ and emulator/ into dist/: named entries, code splitting, manifests beside their plugins, types of the sdk. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { listManifests } from '../src/plugin-host/manifests.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Built beside and moved in place, so that a gateway or a journey never loads half a build.
const fresh = join(root, `dist.${process.pid}`)

const plugins = readdirSync(join(root, 'src/plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => {
    const folder = join(root, 'src/plugins', entry.name)
    const manifest = join(folder, 'openclaw.plugin.json')
    const { id } = JSON.parse(readFileSync(manifest, 'utf8')) as { id: string }
    return { id, folder, manifest }
  })

const bundle = await rolldown({
  cwd: root,
  platform: 'node',
  input: {
    main: 'src/cli/main.ts',
    writer: 'src/stores/sqlite/writer.ts',
    ...Object.fromEntries(plugins.map(({ id, folder }) => [`plugins/${id}/index`, join(folder, 'index.ts')])),
  },
})
await bundle.write({
  dir: fresh,
  // docs/decisions/0018: loaded in half the time that the same modules take as ESM.
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  minify: false,
  // A file costs a third of a millisecond to open: what commands share comes in a few pieces. Each holds the modules that
  // are named and all that these import, but for what an earlier one holds.
  codeSplitting: {
    groups: Object.entries({
      start: /src\/system\/(built|outlets)\.ts/,
      words: /src\/(cli\/run|texts\/en|control\/contract)\.ts/,
      settings:
        /src\/(setup\/load|accounts\/sealing-file|stores\/(lock-by-lease|files\/(settings-file|own-texts)))\.ts/,
      logins:
        /src\/(control\/(status|chain|servers)|accounts\/(access|refresh|refresh-times|token-notes|credential-store|outside-logins))\.ts/,
      state: /src\/stores\/sqlite\/inline\.ts/,
    }).map(([name, test], at, all) => ({ name, test, priority: all.length - at })),
  },
})
await bundle.close()
await bundleAlone({ emulator: 'emulator/main.ts' })
// A plugin's author, or a plugin, loads none of openclaw with it.
await bundleAlone({ sdk: 'src/sdk/index.ts', 'contract-kit': 'src/contract-kit/index.ts' })
sdkTypes()
for (const { id, manifest } of plugins) {
  mkdirSync(join(fresh, 'plugins', id), { recursive: true })
  cpSync(manifest, join(fresh, 'plugins', id, 'openclaw.plugin.json'))
}
listManifests(join(fresh, 'plugins'))
const dist = join(root, 'dist')
const old = join(root, `dist.${process.pid}.old`)
if (existsSync(dist)) renameSync(dist, old)
renameSync(fresh, dist)
rmSync(old, { recursive: true, force: true })

/** Modules that share nothing with the command line. */
async function bundleAlone(input: Readonly<Record<string, string>>): Promise<void> {
  const alone = await rolldown({ cwd: root, platform: 'node', input })
  await alone.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
  await alone.close()
}

/** Declarations of all that the two entries reach. They name each other by `.js`, which every TypeScript resolves. */
function sdkTypes(): void {
  const types = join(fresh, 'types')
  const project = join(fresh, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: types,
    rootDir: join(root, 'src'),
  }
  const files = ['src/sdk/index.ts', 'src/contract-kit/index.ts'].map((file) => join(root, file))
  writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }))
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], {
    stdio: 'inherit',
  })
  rmSync(project)
  for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  )) {
    const file = join(types, name)
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(/((?:from|import) ?\(?['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'),
    )
  }
}
