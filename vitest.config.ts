/** How the tests run: from source, a closing line of our own, the build made beforehand. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'emulator/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    setupFiles: ['./test/support/phrases.ts', './test/support/secrets.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    env: { NO_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8', OPENCLAW_LANG: '' },
  },
})
