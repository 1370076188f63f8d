// Builds dist/ where the build tools are installed, and says so where they are not (npm ci --omit=dev, --ignore-scripts).
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

if (!existsSync(join(root, 'node_modules', 'rolldown'))) {
  console.log(
    'openclaw: the build tools are not installed here, so dist/ is left as it is. To build: npm ci && npm run build',
  )
} else {
  const done = spawnSync(existsSync(node) ? node : process.execPath, [join(root, 'scripts', 'build.ts')], {
    stdio: 'inherit',
    cwd: root,
  })
  process.exitCode = done.status ?? 1
}
