/** Programs that tests start by the hundred, bundled once: a start from source takes three times as long. */
import { rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { quickFolder } from '../support/quick-folder.ts'

export interface Children {
  /** Of a program, by its name without `.ts`. */
  readonly file: (name: string) => string
  /** Node keeps there what it has compiled. */
  readonly environment: NodeJS.ProcessEnv
}

const PROGRAMS = [
  'test/torture/fixtures/actor.ts',
  'test/torture/fixtures/saver.ts',
  'test/torture/fixtures/failing.ts',
  'test/torture/our-peer.ts',
  'test/torture/qwen-peer.ts',
  'test/catalogue/fixtures/login-kill-child.ts',
  'test/catalogue/fixtures/open-state.ts',
  'src/accounts/fixtures/kill-child.ts',
  'src/stores/sqlite/writer.ts',
]

let built: Promise<Children & { readonly folder: string }> | undefined

/** Bundled at the first asking, to be taken away by `removeChildren`. */
export function children(): Promise<Children> {
  built ??= bundle()
  return built
}

export async function removeChildren(): Promise<void> {
  if (!built) return
  const { folder } = await built
  built = undefined
  rmSync(folder, { recursive: true, force: true })
}

async function bundle(): Promise<Children & { readonly folder: string }> {
  const folder = quickFolder()
  const input = Object.fromEntries(
    PROGRAMS.map((path) => [basename(path, '.ts'), resolve(import.meta.dirname, '../..', path)]),
  )
  const program = await rolldown({
    platform: 'node',
    input,
    logLevel: 'silent',
  })
  await program.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
  })
  await program.close()
  return {
    folder,
    file: (name) => join(folder, `${name}.mjs`),
    environment: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled'), NODE_OPTIONS: '' },
  }
}
