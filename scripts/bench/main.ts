/** `npm run bench`: what the command line and the gateway cost, beside a reference in the same run (Linux). */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../src/service/free-port.ts'
import { coldStart, gatewayStart } from './cold-start.ts'
import { addedByFailure } from './fallback.ts'
import { median, say } from './figures.ts'
import { closedLoop, slowStreams, type Target } from './load.ts'
import { startNginx } from './nginx.ts'
import { cpuMs, memoryMiB, startProcess } from './processes.ts'
import { translatedStreams } from './translated.ts'

const root = resolve(import.meta.dirname, '../..')
const launcher = join(root, 'bin', 'openclaw.cjs')
const folder = mkdtempSync(join(tmpdir(), 'openclaw-bench-'))
const env = { ...process.env, OPENCLAW_STATE_DIR: folder }

try {
  coldStart({ launcher, folder })
  await gatewayStart({ launcher, folder })
  await addedByFailure({ launcher, folder })
  await translatedStreams({ launcher, folder })
  await gatewayUnderLoad()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function gatewayUnderLoad(): Promise<void> {
  const emulator = await startProcess([join(root, 'dist', 'emulator.js')])
  const { backup } = JSON.parse(emulator.firstLine) as { backup: { baseUrl: string; apiKey: string } }
  writeFileSync(
    join(folder, 'openclaw.json'),
    JSON.stringify({ models: { providers: { backup: { ...backup, models: ['backup-model'] } } } }),
  )
  const port = await freePort(0)
  const gateway = await startProcess([launcher, 'gateway', 'run', '--port', String(port)], env)
  const token = spawnSync(process.execPath, [launcher, 'gateway', 'token'], { env, encoding: 'utf8' }).stdout.trim()
  const reference = await startProcess([join(root, 'scripts/bench/reference.ts'), backup.baseUrl, backup.apiKey])
  const referencePort = (JSON.parse(reference.firstLine) as { port: number }).port
  const nginx = await startNginx(folder, await freePort(0), backup)
  const targets: readonly (Target & { readonly name: string; readonly pid: number })[] = [
    ...(nginx
      ? [{ name: 'nginx', pid: nginx.pid, url: `http://127.0.0.1:${nginx.port}`, token: 'x', model: 'backup-model' }]
      : []),
    {
      name: 'node:http proxy',
      pid: reference.pid,
      url: `http://127.0.0.1:${referencePort}`,
      token: 'x',
      model: 'backup-model',
    },
    { name: 'gateway', pid: gateway.pid, url: `http://127.0.0.1:${port}`, token, model: 'backup/backup-model' },
  ]
  if (!nginx) {
    process.stdout.write('reference missing: nginx\n')
    process.exitCode = 2
  }
  try {
    for (const target of targets) await closedLoop(target, 64, 4_000)
    const perRequest = new Map<string, number[]>()
    for (let round = 0; round < 5; round += 1) {
      for (const target of targets) {
        const before = cpuMs(target.pid)
        const answered = await closedLoop(target, 64, 2_000)
        perRequest.set(target.name, [
          ...(perRequest.get(target.name) ?? []),
          ((cpuMs(target.pid) - before) * 1_000) / answered,
        ])
      }
    }
    const base = targets[0]?.name ?? ''
    const reference64 = median(perRequest.get(base) ?? [])
    for (const [name, all] of perRequest)
      say(
        `JSON, 64 at a time, ${name}`,
        `${median(all).toFixed(0)} us CPU a request`,
        `${(median(all) / reference64).toFixed(2)} x ${base}`,
      )
    const perChunk = new Map<string, number[]>()
    const broken = new Map<string, number>()
    for (let round = 0; round < 5; round += 1) {
      for (const target of targets) {
        const before = cpuMs(target.pid)
        const streams = await slowStreams(target, { count: 1_000, chunks: 60, delayMs: 50 })
        const cost = ((cpuMs(target.pid) - before) * 1_000) / streams.chunks
        perChunk.set(target.name, [...(perChunk.get(target.name) ?? []), cost])
        broken.set(target.name, (broken.get(target.name) ?? 0) + streams.broken)
        if (streams.broken > 0) process.exitCode = 1
      }
    }
    const referenceChunk = median(perChunk.get(base) ?? [])
    for (const { name, pid } of targets) {
      const cost = median(perChunk.get(name) ?? [])
      say(
        `1,000 streams of 60 chunks, 50 ms apart, ${name}`,
        `${cost.toFixed(1)} us CPU a chunk, ${memoryMiB(pid)} MiB at most`,
        `${(cost / referenceChunk).toFixed(2)} x ${base}, ${broken.get(name) ?? 0} of 5,000 not whole`,
      )
    }
  } finally {
    await Promise.all([gateway.stop(), reference.stop(), emulator.stop(), nginx?.stop()])
  }
}
