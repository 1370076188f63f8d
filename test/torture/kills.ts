/** A process killed at the n-th call of a way to save, for each n, and what the next one finds: rows R-09, C-02 and G-08. */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { quickFolder } from '../support/quick-folder.ts'
import { theAuthorizationServer, type AuthorizationServer } from './authorization.ts'
import { children } from './child-files.ts'
import type { Figures } from './figures.ts'
import { startInstantServer } from './instant-server.ts'
import { countBefore, endedAct, isAct, prepareAct, type Act } from './login-acts.ts'
import { movedClock } from './moved-clock.ts'
import { openOurs, type Ours } from './ours.ts'
import { signInAt, tokensIn } from './signed-in.ts'
import { PROFILE, standardPlugin } from './standard-provider.ts'
import type { SaverStart, Way } from './ways.ts'
import { changedBeyond, prepareFolder } from './saving-folder.ts'
import { brokenIn, journalLeftIn, textsIn } from './wholeness.ts'

export interface KillsWish {
  readonly way: Way
  /** How long the server answers a spent token with what came of it; 0, where nothing is said. */
  readonly graceMs?: number
  /** Of the system, by strace; our own calls by the preload, where nothing is said. */
  readonly systemCall?: string
  /** Which calls: every one, or each `step`-th beginning with `first`. */
  readonly first?: number
  readonly step?: number
  /** Started anew from the first until so many were killed; once through, where nothing is said. */
  readonly kills?: number
}

interface World {
  readonly way: Way
  readonly folder: string
  readonly url: string
  readonly server: AuthorizationServer
  readonly graceMs: number
  offsetMs: number
}

const LIFETIME_MS = 3_600_000
/** The leases of who was killed end within it. */
const LATER_MS = 30_000
const PRELOAD = resolve(import.meta.dirname, 'nth-call.cjs')

export async function killsOf(wish: KillsWish): Promise<Figures> {
  const { way, graceMs = 0, systemCall, first = 1, step = 1, kills } = wish
  const server = await theAuthorizationServer()
  const instant = await startInstantServer()
  const folder = quickFolder()
  const url = way === 'login' ? instant.url : server.url
  const world: World = { way, folder, url, server, graceMs, offsetMs: 0 }
  const violations: string[] = []
  let killed = 0
  let told = 0
  let calls = 0
  try {
    await server.order({ graceMs })
    await prepareFolder(world)
    for (let at = first; ; at += step) {
      const run = await killedAt(at, world, systemCall)
      if (run.kind === 'through') {
        calls = run.calls
        if (kills === undefined || killed >= kills) break
        at = first - step
      } else killed += 1
      violations.push(...run.violations.map((line) => `${way}, ${systemCall ?? 'call'} ${at}: ${line}`))
      if (run.isTold) told += 1
      if (violations.length > 20) break
    }
  } finally {
    instant.end()
    rmSync(folder, { recursive: true, force: true })
  }
  const silent = violations.filter((line) => line.includes('lost'))
  return { cases: killed, lost: silent.length, told, violations, note: `${calls} calls` }
}

type Run = ({ readonly kind: 'killed' } | { readonly kind: 'through'; readonly calls: number }) & {
  readonly violations: readonly string[]
  readonly isTold: boolean
}

async function killedAt(at: number, world: World, systemCall: string | undefined): Promise<Run> {
  const { way, folder, url, server } = world
  world.offsetMs += LIFETIME_MS + 1_000
  await server.history()
  if (isAct(way)) await beginAct(way, world)
  const before = textsIn(folder)
  const start: SaverStart = { way, folder, url, offsetMs: world.offsetMs }
  const run = await runSaver(start, systemCall === undefined ? { at } : { at, systemCall })
  if (run.kind === 'failed') return { kind: 'killed', violations: [`it ended by itself: ${run.stderr}`], isTold: false }
  world.offsetMs += LATER_MS
  const violations = [...(await brokenIn(folder)), ...changedBeyond(before, textsIn(folder), way)]
  const found = await nextProcess(world)
  return { ...run, violations: [...violations, ...found.violations, ...journalLeftIn(folder)], isTold: found.isTold }
}

/** Each act begins with the same login. */
async function beginAct(way: Act, { folder, url, offsetMs }: World): Promise<void> {
  prepareAct(way, folder)
  const ours = await openOurs({ folder, plugin: standardPlugin(url), clock: movedClock(offsetMs), as: 'command' })
  await countBefore(way, ours)
  await ours.close()
}

type Saved =
  | { readonly kind: 'killed' }
  | { readonly kind: 'through'; readonly calls: number }
  | { readonly kind: 'failed'; readonly stderr: string }

interface KillAt {
  readonly at: number
  readonly systemCall?: string
}

async function runSaver(start: SaverStart, { at, systemCall }: KillAt): Promise<Saved> {
  const { file, environment } = await children()
  const words = ['--no-warnings', '--require', PRELOAD, file('saver'), JSON.stringify(start)]
  const nthCall = systemCall === undefined ? { at, do: 'kill' } : { at: 0 }
  const inject = `inject=${systemCall}:signal=SIGKILL:when=${at}`
  const [program, ...given] =
    systemCall === undefined
      ? [process.execPath, ...words]
      : [
          'strace',
          '-f',
          '-qq',
          '-o',
          '/dev/null',
          '-e',
          `trace=${systemCall}`,
          '-e',
          inject,
          process.execPath,
          ...words,
        ]
  const child = spawn(program, given, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // strace counts each thread's calls apart: one of them does all that waits for the disk.
    env: { ...environment, NTH_CALL: JSON.stringify(nthCall), UV_THREADPOOL_SIZE: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString('utf8')))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done) =>
    child.once('close', (exitCode: number | null, by: NodeJS.Signals | null) => done([exitCode, by])),
  )
  if (signal === 'SIGKILL') return { kind: 'killed' }
  if (code !== 0) return { kind: 'failed', stderr: stderr.slice(0, 500) }
  const { calls } = JSON.parse(stdout) as { readonly calls: readonly string[] }
  return { kind: 'through', calls: calls.length }
}

/** Another process goes on with what it finds, and everything is as it should be afterwards. */
async function nextProcess(
  world: World,
): Promise<{ readonly violations: readonly string[]; readonly isTold: boolean }> {
  const { way, folder, url } = world
  const ours = await openOurs({ folder, plugin: standardPlugin(url), clock: movedClock(world.offsetMs), as: 'command' })
  try {
    if (way === 'refresh') return await nextRenewal(world, ours)
    if (isAct(way)) return { violations: await endedAct(way, ours), isTold: false }
    if (way === 'config')
      await ours.files.openclawJson.edit(() => [{ kind: 'set', path: ['language'], value: 'zh-CN' }])
    else await ours.state.notes.put('another', 'note')
    return { violations: [], isTold: false }
  } catch (error) {
    return { violations: [`the next process fails: ${String(error)}`], isTold: false }
  } finally {
    await ours.close()
  }
}

async function nextRenewal(world: World, ours: Ours): ReturnType<typeof nextProcess> {
  const { server, folder, graceMs } = world
  const login = await ours.login(PROFILE)
  const got = await ours.accounts.access(...login)
  const shown = await server.history()
  const inFile = tokensIn(folder)
  if (got.kind === 'ok' && got.credential.kind === 'oauth') {
    const accessToken = got.credential.accessToken.reveal()
    const isGood = accessToken === inFile.accessToken && (await server.accepts(accessToken))
    return { violations: isGood ? [] : ['the login was lost: its token is not good'], isTold: false }
  }
  const reason = String(ours.accounts.loginProblem(login[1])?.evidence ?? '')
  const wasRedeemed = shown.some(({ outcome }) => outcome === 'redeemed')
  await signInAt(server, folder)
  if (graceMs > 0 || !wasRedeemed) return { violations: [`the login was lost: ${JSON.stringify(got)}`], isTold: false }
  return {
    violations: reason.includes('an earlier renewal ended') ? [] : [`the loss was not told: ${reason}`],
    isTold: true,
  }
}
