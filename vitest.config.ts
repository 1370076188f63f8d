/** How the tests run: from source, a closing line of our own, the build made beforehand. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Test files, and the processes and threads that they start from source, load the same modules again and again: Node
// keeps what it made of them, where `openclaw` itself keeps it.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    // Many tests wait for processes, for the disk and for a deadline: on two cores one file more leaves neither idle.
    maxWorkers: 2,
    setupFiles: ['./test/support/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Files that share a process leave nothing to each other.
    restoreMocks: true,
    unstubEnvs: true,
    env: { NO_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8', OPENCLAW_LANG: '' },
    projects: [
      { extends: true, test: { name: 'journeys', include: ['test/**/*.test.ts'] } },
      {
        extends: true,
        // A module has no state of its own here, so files may share one process: each of its own costs 0.3 s.
        test: { name: 'rooms', include: ['{src,emulator,scripts}/**/*.test.ts'], isolate: false },
      },
    ],
  },
})
