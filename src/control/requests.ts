/** The acts `requests list`, `show` and `tail`: what became of requests, out of the rows that serving left. */
import { OpenClawError } from '../core/errors.ts'
import type { RequestFilter, Requests } from '../core/ports.ts'
import { parseRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import type { Clock } from '../core/ports.ts'
import type { RequestList, RequestShown, RequestTold } from './contract.ts'
import { isOver, requestsFrom } from './request-story.ts'

export interface RequestsMeans {
  readonly requests: Requests
  readonly clock: Clock
  readonly setup: Pick<Setup, 'settings'>
}

export interface RequestsWish {
  /** A ref or an alias. */
  readonly model?: string
  readonly failed: boolean
  readonly since?: Date
  readonly most: number
}

/** A request has few attempts as a rule; the oldest of those that are read may miss some of its own. */
const ATTEMPTS_EACH = 8
/** The beginning of an id is looked for among so many. */
const LOOKED_THROUGH = 20_000
const POLL_MS = 300
/** An answer may take as long before its row says so. */
const LONGEST_ANSWER_MS = 3_600_000

/** Newest first. */
export async function* listRequests(wish: RequestsWish, means: RequestsMeans): AsyncGenerator<never, RequestList> {
  return { schema: 1, requests: (await requestsOf(wish, means)).slice(0, wish.most) }
}

/** By its id or the beginning of it. Throws `request-not-found`. */
export async function* showRequest(
  typed: string,
  { requests }: Pick<RequestsMeans, 'requests'>,
): AsyncGenerator<never, RequestShown> {
  const requestId = (await fullId(typed, requests)) ?? typed
  const filter = { requestId, limit: 1_000 }
  const [found] = requestsFrom(await requests.query(filter), await requests.stories(filter))
  if (!found) throw new OpenClawError('request-not-found', { id: typed })
  return { schema: 1, ...found }
}

/** The last ones, the oldest first, then each as soon as it is over; ends with the signal. */
export async function* tailRequests(
  wish: RequestsWish & { readonly signal: AbortSignal },
  means: RequestsMeans,
): AsyncGenerator<RequestTold, void> {
  const told = new Set<string>()
  const begun = means.clock.now()
  for (const request of (await requestsOf(wish, means)).slice(0, wish.most).filter(isOver).toReversed()) {
    told.add(request.requestId)
    yield request
  }
  // Those before them are not told of, however late they end.
  const since = new Date(begun.getTime() - LONGEST_ANSWER_MS)
  const before = await requestsOf({ ...wish, since, most: 1_000 }, means)
  for (const request of before.filter(isOver)) told.add(request.requestId)
  while (!wish.signal.aborted) {
    const from = new Date(Math.max(since.getTime(), means.clock.now().getTime() - LONGEST_ANSWER_MS))
    const fresh = await requestsOf({ ...wish, since: from, most: 500 }, means)
    for (const request of fresh.filter((one) => isOver(one) && !told.has(one.requestId)).toReversed()) {
      told.add(request.requestId)
      yield request
    }
    await means.clock.sleep(POLL_MS, wish.signal).catch(() => undefined) // the end
  }
}

async function requestsOf(
  { model, failed, since, most }: RequestsWish,
  { requests, setup }: RequestsMeans,
): Promise<readonly RequestTold[]> {
  const ref = model === undefined ? undefined : parseRef(setup.settings.aliases.get(model) ?? model)
  if (model !== undefined && !ref) throw new OpenClawError('model-not-found', { model })
  const filter: RequestFilter = {
    ...(ref && { model: ref }),
    failed,
    ...(since && { since }),
    limit: most * ATTEMPTS_EACH,
  }
  const [rows, stories] = await Promise.all([requests.query(filter), requests.stories(filter)])
  // Of a story alone nobody knows who was asked: its rows were not among those that the filter let through.
  return requestsFrom(rows, stories).filter(
    (request) =>
      (!failed || isFailed(request)) &&
      (!ref || request.steps.some((step) => step.outcome && step.ref === `${ref.provider}/${ref.model}`)),
  )
}

function isFailed({ outcome, steps }: RequestTold): boolean {
  return (
    outcome === 'refused' ||
    outcome === 'broken-off' ||
    outcome === 'unknown' ||
    steps.some(({ failure }) => failure !== undefined)
  )
}

async function fullId(typed: string, requests: Requests): Promise<string | undefined> {
  if (typed.length >= 36 || typed.length < 4) return undefined
  const rows = await requests.query({ limit: LOOKED_THROUGH })
  const stories = await requests.stories({ limit: LOOKED_THROUGH })
  return [...rows, ...stories].find(({ requestId }) => requestId.startsWith(typed))?.requestId
}
