/** A third party's machine: an npm project of their own that has openclaw and TypeScript as `npm install` would bring them. */
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { launcher, type House, type Ran } from './house.ts'

const root = resolve(import.meta.dirname, '../../..')
export const example = join(root, 'examples', 'hello-provider')

export interface ThirdParty {
  readonly folder: string
  write(name: string, text: string): void
  /** Commands as a shell runs them, up to the first that fails. */
  shell(script: string, env?: NodeJS.ProcessEnv): Promise<Ran>
}

/** In the home, under the name that the page gives it. */
export function thirdParty(house: House): ThirdParty {
  const folder = join(house.home, 'hello-provider')
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  mkdirSync(join(modules, '@types'))
  symlinkSync(root, join(modules, 'openclaw'))
  for (const name of ['@types/node', 'undici-types', 'typescript', 'node', '.bin/tsc', '.bin/node']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  const bin = join(house.home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'openclaw'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`)
  chmodSync(join(bin, 'openclaw'), 0o755)
  // The system's own Node is any: only npm's scripts have the one of package.json.
  const elsewhere = (house.environment['PATH'] ?? '').split(':').filter((each) => !each.startsWith(root))
  const PATH = [bin, ...elsewhere].join(':')
  return {
    folder,
    write(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
    shell: (script, env) =>
      new Promise((done) => {
        execFile(
          'sh',
          ['-e', '-c', script],
          { cwd: folder, env: { ...house.environment, ...env, PATH, npm_config_update_notifier: 'false' } },
          (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
        )
      }),
  }
}

/** The example as it lies in the repository. */
export function copyExample({ folder }: ThirdParty): void {
  cpSync(example, folder, { recursive: true, filter: (path) => !path.includes('node_modules') })
}
