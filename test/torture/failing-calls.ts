/** Each call of a way to save fails, once or from then on: what was saved is whole, what was not is told (row C-02). */
import { rmSync } from 'node:fs'
import { quickFolder } from '../support/quick-folder.ts'
import { authorizationAt, type AuthorizationServer } from './authorization.ts'
import type { Figures } from './figures.ts'
import { countBefore, endedAct, isAct, prepareAct } from './login-acts.ts'
import { hurriedClock, type MovedClock } from './moved-clock.ts'
import { openOurs, type Ours } from './ours.ts'
import { changedBeyond, prepareFolder } from './saving-folder.ts'
import { tokensIn } from './signed-in.ts'
import { PROFILE, standardPlugin } from './standard-provider.ts'
import { save, type Way } from './ways.ts'
import { brokenIn, textsIn } from './wholeness.ts'

/** The preload's (nth-call.cjs). */
export interface NthCall {
  arm(wish?: { readonly at: number; readonly do: string; readonly from?: boolean }): void
  disarm(): readonly string[]
}

export interface FailingWish {
  readonly ways: readonly Way[]
  readonly codes: readonly string[]
  /** Each `step`-th call. */
  readonly step: number
  /** Of the authorization server, and of one that approves at once. */
  readonly url: string
  readonly instantUrl: string
}

interface World {
  readonly way: Way
  readonly folder: string
  readonly url: string
  readonly server: AuthorizationServer
  offsetMs: number
}

const LIFETIME_MS = 3_600_000
const GRACE_MS = 600_000

/** To be run in a process that has the preload. */
export async function failingCalls(wish: FailingWish, nthCall: NthCall): Promise<Figures> {
  const { ways, codes, step, url, instantUrl } = wish
  const server = authorizationAt(url)
  const violations: string[] = []
  let cases = 0
  // Its answers are never lost for good here: what is looked at is our own side.
  await server.order({ graceMs: GRACE_MS })
  for (const way of ways) {
    const folder = quickFolder()
    const world: World = { way, folder, url: way === 'login' ? instantUrl : url, server, offsetMs: 0 }
    await prepareFolder(world)
    for (const [index, code] of codes.entries()) {
      for (const from of [false, true]) {
        for (let at = 1 + ((index * 2 + Number(from)) % step); ; at += step) {
          const met = await failedAt({ at, do: code, from }, world, nthCall)
          if (met === 'through') break
          cases += 1
          violations.push(...met.map((line) => `${way}, call ${at}, ${code}${from ? ' from then on' : ''}: ${line}`))
        }
      }
    }
    rmSync(folder, { recursive: true, force: true })
  }
  return { cases, lost: violations.filter((line) => line.includes('lost')).length, violations }
}

async function failedAt(
  wish: { readonly at: number; readonly do: string; readonly from: boolean },
  world: World,
  nthCall: NthCall,
): Promise<readonly string[] | 'through'> {
  const { way, folder } = world
  world.offsetMs += LIFETIME_MS + 1_000
  if (isAct(way)) prepareAct(way, folder)
  const before = textsIn(folder)
  const process = await opened(world)
  const { ours } = process
  if (isAct(way)) await countBefore(way, ours)
  let told: string | undefined
  nthCall.arm(wish)
  try {
    await save(way, ours)
  } catch (error) {
    told = String(error)
  }
  const calls = nthCall.disarm()
  if (calls.length < wish.at) {
    await ours.close()
    await asBefore(world)
    return 'through'
  }
  const wrong = [...(await brokenIn(folder)), ...changedBeyond(before, textsIn(folder), way)]
  const isSaved =
    textsIn(folder)[way === 'config' ? 'openclaw.json' : 'models.json'] !==
    before[way === 'config' ? 'openclaw.json' : 'models.json']
  // A row that cannot be completed stays open, and is told as of unknown outcome.
  if (way !== 'state' && !isSaved && told === undefined && ours.troubles().length === 0)
    wrong.push('it was not saved, and nobody was told')
  if (way === 'refresh' && told === undefined && !isSaved) wrong.push(...(await savedLater(process, world)))
  await ours.close().catch((error: unknown) => wrong.push(`it does not end: ${String(error)}`))
  return [...wrong, ...(await asBefore(world))]
}

/** A pair that waits in memory is saved as soon as that can be, and that may be when a lease ends that was not given back. */
async function savedLater({ ours, clock }: Opened, { folder, offsetMs }: World): Promise<readonly string[]> {
  clock.set(offsetMs + 20_000)
  const got = await ours.accounts.access(...(await ours.login(PROFILE)))
  if (got.kind === 'failed' || got.credential.kind !== 'oauth') return ['the pair in memory does not serve']
  for (let waits = 0; waits < 100; waits += 1) {
    if (tokensIn(folder).accessToken === got.credential.accessToken.reveal() && ours.troubles().length === 0) return []
    await new Promise((resolve) => void setTimeout(resolve, 20))
  }
  return [`the pair in memory was not saved later: ${ours.troubles().join()}`]
}

/** The next process finds all in order. */
async function asBefore(world: World): Promise<readonly string[]> {
  const { way, folder, server } = world
  // The back-off and the leases of who failed end within it.
  world.offsetMs += 60_000
  const { ours: next } = await opened(world)
  try {
    if (way === 'refresh') {
      const got = await next.accounts.access(...(await next.login(PROFILE)))
      if (got.kind === 'failed' || got.credential.kind !== 'oauth')
        return [`the login was lost: ${JSON.stringify(got)}`]
      const isGood =
        tokensIn(folder).accessToken === got.credential.accessToken.reveal() &&
        (await server.accepts(got.credential.accessToken.reveal()))
      return isGood ? [] : ['the login was lost: its token is not good']
    }
    if (isAct(way)) return await endedAct(way, next)
    await save(way, next)
    if (way === 'config')
      await next.files.openclawJson.edit(() => [{ kind: 'set', path: ['language'], value: 'zh-CN' }])
    return []
  } catch (error) {
    return [`the next process fails: ${String(error)}`]
  } finally {
    await next.close()
  }
}

interface Opened {
  readonly ours: Ours
  readonly clock: MovedClock
}

async function opened({ folder, url, offsetMs }: World): Promise<Opened> {
  const clock = hurriedClock(offsetMs)
  return { ours: await openOurs({ folder, plugin: standardPlugin(url), clock, as: 'command' }), clock }
}
