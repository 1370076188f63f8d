#!/usr/bin/env node
// Finds a Node that can run openclaw, then hands over to dist/main.cjs. Any Node since 12 can parse this file.
'use strict'
const { existsSync } = require('node:fs')
const { join } = require('node:path')

// Keys stand in the environment: no diagnostic report (--report-on-fatalerror and its kin) takes them along.
if (process.report) process.report.excludeEnv = true

const root = join(__dirname, '..')
const main = join(root, 'dist', 'main.cjs')

// Kept equal to package.json "engines" by test/ground.test.ts.
function inRange(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major === 24) return minor >= 16
  if (major === 26) return minor >= 1
  return major > 26
}

function fail(lines) {
  process.stderr.write(lines.join('\n') + '\n')
  process.exit(1)
}

if (!existsSync(main)) {
  fail(['openclaw has not been built yet: ' + main + ' is missing.', 'Run: npm ci && npm run build'])
} else if (inRange(process.versions.node)) {
  const { enableCompileCache } = require('node:module')
  // Beside what it was made of, and gone with it; where nothing may be written there, in Node's own place below /tmp.
  if (enableCompileCache && !enableCompileCache(join(root, 'dist', 'cache')).directory) enableCompileCache()
  require(main)
} else {
  const found = [
    join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    join(root, '..', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
  ].find(existsSync)
  if (!found) {
    fail([
      'openclaw needs Node 24.16 or newer (24.x), or 26.1 or newer; this is Node ' + process.versions.node + '.',
      'Install one from https://nodejs.org, then run the command again.',
    ])
  } else {
    const { spawn } = require('node:child_process')
    const child = spawn(found, [__filename].concat(process.argv.slice(2)), { stdio: 'inherit' })
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    // A terminal's Ctrl-C reaches the child by itself; this keeps the launcher alive until the child has ended.
    for (const name of signals)
      process.on(name, () => {
        if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name)
      })
    child.on('error', (error) => fail([String(error.message)]))
    child.on('exit', (code, signal) => {
      if (signal === null) return process.exit(code === null ? 1 : code)
      for (const name of signals) process.removeAllListeners(name)
      process.kill(process.pid, signal)
    })
  }
}
