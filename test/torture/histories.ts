/** Random histories of one login among many processes, each checked against what must be true of it: row R-04. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { quickFolder } from '../support/quick-folder.ts'
import { startActor, type Actor, type Got } from './actors.ts'
import { theAuthorizationServer, type AuthorizationServer, type Order, type Shown } from './authorization.ts'
import type { Figures } from './figures.ts'
import { signInAt, tokensIn } from './signed-in.ts'

export interface HistoriesWish {
  readonly histories: number
  readonly actors: number
  readonly seed: number
}

type Step =
  /** So much time passes that the access token is over, or a wait. */
  | { readonly do: 'expire' }
  | { readonly do: 'wait' }
  /** These ask at the same moment. */
  | { readonly do: 'ask'; readonly who: readonly number[] }
  /** The token at hand was answered with 401. */
  | { readonly do: 'refused'; readonly who: number }
  | { readonly do: 'look'; readonly who: number }
  | { readonly do: 'fault'; readonly order: Order }
  /** All ask, and one is killed meanwhile; another is started in its place. */
  | { readonly do: 'kill'; readonly who: number; readonly afterMs: number }
  /** Somebody puts back the file as it was at the beginning. */
  | { readonly do: 'restore' }

interface World {
  readonly server: AuthorizationServer
  readonly home: string
  readonly actors: Actor[]
  offsetMs: number
}

const LIFETIME_MS = 3_600_000
const WAIT_MS = 11 * 60_000

export async function histories({ histories: runs, actors: count, seed }: HistoriesWish): Promise<Figures> {
  const server = await theAuthorizationServer()
  const home = quickFolder()
  const world: World = { server, home, actors: [], offsetMs: 0 }
  let told = 0
  let cases = 0
  const violations: string[] = []
  try {
    await signInAt(server, home)
    world.actors.push(...(await Promise.all(Array.from({ length: count }, (_, index) => start(world, index)))))
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepOf(count), { minLength: 2, maxLength: 8 }),
        fc.boolean(),
        async (steps, isGraceful) => {
          cases += 1
          const outcome = await history(steps, isGraceful, world)
          if (outcome === 'told') told += 1
        },
      ),
      { numRuns: runs, seed, endOnFailure: true },
    )
  } catch (error) {
    violations.push(`seed ${seed}: ${reason(error)}`)
  } finally {
    await Promise.all(world.actors.map((actor) => actor.kill()))
    rmSync(home, { recursive: true, force: true })
  }
  return { cases, lost: violations.length, told, violations }
}

/** fast-check names the history, and its cause what was met. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return [error.cause instanceof Error ? error.cause.message : '', error.message].join(' ').replaceAll(/\s+/g, ' ')
}

/** The login is alive at its end, or dead with the reason told; throws what was met that must not be. */
async function history(steps: readonly Step[], isGraceful: boolean, world: World): Promise<'alive' | 'told'> {
  const { server, home, actors } = world
  const text = readFileSync(join(home, 'models.json'), 'utf8')
  await server.order({ orders: [], graceMs: isGraceful ? 600_000 : 0 })
  await server.history()
  let lostAnswers = 0
  let kills = 0
  let isRestored = false
  for (const step of steps) {
    switch (step.do) {
      case 'expire':
        await pass(world, LIFETIME_MS + 1_000)
        break
      case 'wait':
        await pass(world, WAIT_MS)
        break
      case 'ask':
        await Promise.all(step.who.flatMap((who) => actors[who]?.ask({ do: 'access' }) ?? []))
        break
      case 'refused':
        await actors[step.who]?.ask({ do: 'renewed' })
        break
      case 'look':
        await actors[step.who]?.ask({ do: 'look' })
        break
      case 'fault':
        if (step.order.kind === 'lose') lostAnswers += 1
        await server.order({ orders: [step.order] })
        break
      case 'restore':
        isRestored = true
        putBack(home, text)
        break
      case 'kill':
        kills += 1
        await killDuring(step, world)
    }
  }
  const { shown, got } = await settled(world)
  check(shown, { mayBeTwice: lostAnswers + kills, isGraceful })
  const isAlive =
    got.kind === 'token' && (await server.accepts(got.accessToken)) && tokensIn(home).accessToken === got.accessToken
  if (isAlive) return 'alive'
  const isExcused = isRestored || (!isGraceful && lostAnswers + kills > 0)
  if (!isExcused) throw new Error(`the login was lost: ${JSON.stringify(got)}`)
  await demandTold(world)
  await signInAt(server, home)
  await Promise.all(actors.map((actor) => actor.ask({ do: 'look' })))
  return 'told'
}

/** Nothing is in the way any more, and time passes. */
async function settled(world: World): Promise<{ readonly shown: readonly Shown[]; readonly got: Got }> {
  await world.server.order({ orders: [] })
  let answers: readonly Got[] = []
  // What is left of a fault waits ten minutes at most; then the token is over once more, and renewed.
  for (const ms of [WAIT_MS, LIFETIME_MS + 1_000, WAIT_MS]) {
    await pass(world, ms)
    await Promise.all(world.actors.map((actor) => actor.ask({ do: 'look' })))
    answers = await Promise.all(world.actors.map((actor) => actor.ask({ do: 'access' })))
  }
  const tokens = new Set(answers.map((answer) => (answer.kind === 'token' ? answer.accessToken : answer.kind)))
  if (tokens.size > 1) throw new Error(`the processes do not agree: ${JSON.stringify(answers)}`)
  const [got = { kind: 'gone' } as const] = answers
  return { shown: await world.server.history(), got }
}

/** A token is shown twice only where nobody could know what had become of it the first time. */
function check(
  shown: readonly Shown[],
  { mayBeTwice, isGraceful }: { readonly mayBeTwice: number; readonly isGraceful: boolean },
): void {
  const times = new Map<string, number>()
  for (const { mark, outcome } of shown) {
    if (outcome !== 'not-looked-at') times.set(mark, (times.get(mark) ?? 0) + 1)
  }
  const twice = [...times.values()].reduce((sum, count) => sum + count - 1, 0)
  if (twice > mayBeTwice)
    throw new Error(`${twice} tokens were shown twice, ${mayBeTwice} might be: ${sequenceOf(shown)}`)
  if (isGraceful && [...times.values()].some((count) => count > 1 + mayBeTwice))
    throw new Error('a token was shown over and over')
}

/** Which token came when, and what became of it: `1 redeemed, 1 refused +12 ms`. */
function sequenceOf(shown: readonly Shown[]): string {
  const names = [...new Set(shown.map(({ mark }) => mark))]
  const [first] = shown
  return shown
    .map(({ mark, outcome, atMs }) => `${names.indexOf(mark) + 1} ${outcome} +${atMs - (first?.atMs ?? atMs)} ms`)
    .join(', ')
}

async function demandTold({ actors }: World): Promise<void> {
  for (const actor of actors) {
    const got = await actor.ask({ do: 'told' })
    if (got.kind !== 'told' || got.lines.length === 0)
      throw new Error(`a lost login was not told: ${JSON.stringify(got)}`)
  }
}

async function killDuring({ who, afterMs }: Extract<Step, { do: 'kill' }>, world: World): Promise<void> {
  const { actors } = world
  const victim = actors[who]
  if (!victim) return
  const asked = actors.map((actor) => actor.ask({ do: 'access' }))
  await new Promise((resolve) => void setTimeout(resolve, afterMs))
  await victim.kill()
  // Whoever waits for the lease of the dead one need not wait long.
  await pass(world, 20_000)
  await Promise.all(asked)
  actors[who] = await start(world, who)
}

async function pass(world: World, ms: number): Promise<void> {
  world.offsetMs += ms
  await Promise.all(world.actors.map((actor) => actor.ask({ do: 'clock', offsetMs: world.offsetMs })))
}

function start({ home, server, offsetMs }: World, index: number): Promise<Actor> {
  return startActor({ folder: home, url: server.url, as: index === 0 ? 'gateway' : 'command', offsetMs })
}

function putBack(home: string, text: string): void {
  const beside = join(home, 'put-back')
  writeFileSync(beside, text, { mode: 0o600 })
  renameSync(beside, join(home, 'models.json'))
}

function stepOf(count: number): fc.Arbitrary<Step> {
  const who = fc.nat({ max: count - 1 })
  const order = fc.constantFrom<Order>(
    { kind: 'refuse', status: 503 },
    { kind: 'refuse', status: 429 },
    { kind: 'refuse', status: 403 },
    { kind: 'slow', ms: 60 },
    { kind: 'lose' },
  )
  return fc.oneof(
    { arbitrary: fc.constant<Step>({ do: 'expire' }), weight: 4 },
    { arbitrary: fc.constant<Step>({ do: 'wait' }), weight: 1 },
    {
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        who: fc.subarray([...Array(count).keys()], { minLength: 1 }),
      }),
      weight: 5,
    },
    { arbitrary: fc.record({ do: fc.constant('refused' as const), who }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constant('look' as const), who }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constant('fault' as const), order }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('kill' as const), who, afterMs: fc.nat({ max: 40 }) }), weight: 1 },
    { arbitrary: fc.constant<Step>({ do: 'restore' }), weight: 1 },
  )
}
