/** The way of a request: decide, reserve, credential, upstream, first good event, stream, settle. */
import { nameOf, type Candidate, type Decision } from '../core/decision.ts'
import { ask } from './ask.ts'
import { ALONE, openFloor, type Floor, type Speaker } from './floor.ts'
import type { Outcome, Served, ServeMeans, ServeOrder } from './order.ts'
import { refusal } from './refusal.ts'
import { lookAtRoutes, waitFor, type Routes } from './routes-now.ts'
import { tellStory } from './tell-story.ts'
import { openTurn, type Turn } from './turn.ts'

/** A candidate that is being asked. */
interface Run {
  readonly candidate: Candidate
  readonly startedMs: number
  readonly speaker: Speaker
  readonly end: Promise<{ readonly run: Run; readonly outcome: Outcome }>
}

/** Writes to the reply only when somebody answers; a refusal is the caller's to write, in its own dialect. */
export async function serve(order: ServeOrder, means: ServeMeans): Promise<Served> {
  const { clock, setup } = means
  const looking = means.accounts.look(setup.providers, setup.settings.profiles.values())
  if (looking) await looking
  const startedAt = clock.now()
  const turn = openTurn(await decideOrWait(order, means), order, means)
  const { attempts } = turn
  let floor: Floor | undefined
  let runs: readonly Run[] = []

  try {
    for (;;) {
      if (runs.length === 0) {
        const candidate = order.reply.gone.aborted ? undefined : turn.next()
        if (!candidate) break
        if (turn.hasBeside(candidate)) floor ??= openFloor(clock)
        runs = [start(candidate, { order, means, turn, floor })]
      }
      const [oldest] = runs
      const lateInMs = oldest && runs.length === 1 ? lateIn(oldest, { means, turn, floor }) : undefined
      if (oldest && lateInMs !== undefined && lateInMs <= 0) {
        const other = turn.beside(oldest.candidate)
        if (other) runs = [...runs, start(other, { order, means, turn, floor })]
        continue
      }
      const ended = await firstEnd(runs, lateInMs, floor)
      if (!ended) continue
      const { run, outcome } = ended
      const { candidate } = run
      run.speaker.leave()
      runs = runs.filter((other) => other !== run)
      switch (outcome.kind) {
        case 'gone':
          turn.left(candidate)
          break
        case 'answered': {
          const { verdict } = outcome
          turn.answered(candidate, verdict.kind === 'complete' ? undefined : verdict.failure)
          for (const outrun of runs) {
            if (outrun.startedMs < run.startedMs) turn.outrun(outrun.candidate)
            else turn.left(outrun.candidate)
            outrun.end.catch(() => undefined) // whatever came of it, the caller has an answer
          }
          if (attempts.length > 0) tellStory({ kind: 'answered' }, order, { startedAt, met: attempts }, means)
          return { kind: 'answered', candidate, result: outcome, attempts }
        }
        case 'rejected':
          turn.lost(candidate, outcome.rejection)
          break
        case 'failed':
          turn.failed(candidate, outcome.failure)
      }
    }
  } catch (error) {
    // Whatever it was: nobody else may write to this caller any more, and what was to be found out is open again.
    for (const run of runs) {
      turn.left(run.candidate)
      run.end.catch(() => undefined) // the first one is told
    }
    floor?.close()
    throw error
  }
  floor?.close()
  const served: Exclude<Served, { kind: 'answered' }> = order.reply.gone.aborted
    ? { kind: 'gone' }
    : { kind: 'refused', refused: refusal(turn, { setup, now: clock.now(), request: order.requestId }), attempts }
  if (attempts.length > 0 || served.kind === 'refused') tellStory(served, order, { startedAt, met: attempts }, means)
  return served
}

interface Race {
  readonly order: ServeOrder
  readonly means: ServeMeans
  readonly turn: Turn
  /** Undefined = nobody else will be asked beside whom is asked. */
  readonly floor: Floor | undefined
}

function start(candidate: Candidate, { order, means, turn, floor }: Race): Run {
  const { attempts } = turn
  means.budget.routed(candidate.provider.id)
  const speaker = floor?.join(() => attempts.push(`${nameOf(candidate)}=outrun`)) ?? ALONE
  const outcome = ask(candidate, {
    order,
    means,
    attempts,
    speaker,
    spoke: () => turn.left(candidate),
    told: (failure) => turn.told(candidate, failure),
  })
  const run: Run = {
    candidate,
    startedMs: means.clock.monotonicMs(),
    speaker,
    end: outcome.then((met) => ({ run, outcome: met })),
  }
  return run
}

/** In how many milliseconds somebody else is to be asked beside it; undefined = nobody is. */
function lateIn(
  { candidate, startedMs }: Run,
  { means: { clock, setup }, turn, floor }: Omit<Race, 'order'>,
): number | undefined {
  if (!floor || floor.isTaken || !turn.hasBeside(candidate)) return undefined
  return startedMs + setup.settings.gateway.hedgeAfterMs - clock.monotonicMs()
}

/** Undefined = something else is to be looked at first. */
function firstEnd(
  runs: readonly Run[],
  lateInMs: number | undefined,
  floor: Floor | undefined,
): Promise<{ readonly run: Run; readonly outcome: Outcome } | undefined> {
  const ends = runs.map(({ end }) => end)
  if (lateInMs !== undefined && floor) return Promise.race([...ends, floor.wait(lateInMs).then(() => undefined)])
  const [only] = ends
  return ends.length === 1 && only ? only : Promise.race(ends)
}

async function decideOrWait(order: ServeOrder, means: ServeMeans): Promise<Decision> {
  const lookNow = (): Routes => {
    const { hasImage, hasTools, leastTokens: tokens } = order.request
    const facts = { hasImage, hasTools, ...(tokens !== undefined && { tokens }) }
    return lookAtRoutes({ ...order, facts }, means)
  }
  const routes = lookNow()
  const until = waitFor(routes)
  if (!until) return routes.decision
  const waitMs = Math.max(until.getTime() - routes.now.getTime(), 0) + 1
  await means.clock.sleep(waitMs, order.reply.gone).catch(() => undefined) // a caller that left is seen later
  return lookNow().decision
}
