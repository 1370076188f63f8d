/** Bundles src/ and emulator/ into dist/: named entries, code splitting, manifests beside their plugins, types of the sdk. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

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
    emulator: 'emulator/main.ts',
    ...Object.fromEntries(plugins.map(({ id, folder }) => [`plugins/${id}/index`, join(folder, 'index.ts')])),
  },
})
await bundle.write({
  dir: fresh,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  minify: false,
  // A file costs half a millisecond to open: what nearly every command needs comes in a few pieces.
  codeSplitting: {
    groups: [
      { name: 'built', test: /src\/system\/built\.ts/, priority: 1 },
      {
        name: 'words',
        test: /src\/(core|system\/(?!qr|browser|built|keychain)|texts\/(index|language|attempts|en)\b|cli\/(?!main|commands|help|status-line|gateway-events|port))|src\/app\.ts|dialects\/evidence|fast-string-width/,
      },
      {
        name: 'settings',
        test: /src\/(config|setup|plugin-host|quota)\/(?!outside|load-outside|plugin-files|checked-modules|guarded|trust|json-schema|descriptions|from-original|authorities)|src\/stores\/files\/(json5-parse|json5-syntax|json5-expected|text-lines|settings-file|own-file|file-errors|edit-errors|atomic-write)|node_modules\/(zod\/(?!.*json-schema)|json5\/)/,
      },
      {
        name: 'logins',
        test: /src\/(accounts\/(access|refresh|refresh-times|save|token-notes|tokens|credential-store|profile-order|troubles|secret-home|sealing|sealing-file|sealing-keys|keys-wanted|vault)|control\/(status|profile-status|check-logins|chain|servers|network-status)|stores\/(lock-by-lease|files\/(own-texts|rehearse)))\.ts/,
      },
      {
        name: 'state',
        test: /src\/stores\/(sqlite\/(?!writer|threaded|outage|memory-view|waiting|messages))/,
      },
    ],
  },
})
await bundle.close()
await sdkBundle()
sdkTypes()
for (const { id, manifest } of plugins) {
  mkdirSync(join(fresh, 'plugins', id), { recursive: true })
  cpSync(manifest, join(fresh, 'plugins', id, 'openclaw.plugin.json'))
}
const dist = join(root, 'dist')
const old = join(root, `dist.${process.pid}.old`)
if (existsSync(dist)) renameSync(dist, old)
renameSync(fresh, dist)
rmSync(old, { recursive: true, force: true })

/** Apart from the rest: a plugin's author, or a plugin, loads none of openclaw with it. */
async function sdkBundle(): Promise<void> {
  const sdk = await rolldown({
    cwd: root,
    platform: 'node',
    input: { sdk: 'src/sdk/index.ts', 'contract-kit': 'src/contract-kit/index.ts' },
  })
  await sdk.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/sdk-[name]-[hash].js',
  })
  await sdk.close()
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
