/** The acts `requests list`, `show` and `tail`: what became of requests, out of the rows that serving left. */
import { OpenClawError } from '../core/errors.ts'
import type { Clock, Requests } from '../core/ports.ts'
import { parseRef } from '../core/ref.ts'
import type { Settings } from '../core/settings.ts'
import type { RequestList, RequestShown, RequestTold } from './contract.ts'
import { isOver, LONGEST_ANSWER_MS, requestsFrom } from './request-story.ts'

export interface RequestsMeans {
  readonly requests: Requests
  readonly clock: Clock
  /** Asked only where a model is named by one. */
  readonly aliases: () => Promise<Settings['aliases']>
}

export interface RequestsWish {
  /** A ref or an alias. */
  readonly model?: string
  readonly failed: boolean
  readonly since?: Date
  readonly most: number
}

const WHOLE_ID = 36
const MOST_NAMED = 5
const POLL_MS = 300
/** What is over is told of when it ends, so that a poll finds what began before the one before it. */
const MOST_A_POLL = 500

/** Newest first. */
export async function* listRequests(wish: RequestsWish, means: RequestsMeans): AsyncGenerator<never, RequestList> {
  return { schema: 1, requests: (await requestsOf(wish, means)).slice(0, wish.most) }
}

/** By its id or the beginning of it. Throws `request-not-found`, or `request-ambiguous` where several begin so. */
export async function* showRequest(
  typed: string,
  { requests, clock }: Pick<RequestsMeans, 'requests' | 'clock'>,
): AsyncGenerator<never, RequestShown> {
  const filter = { requestId: await fullId(typed, requests), limit: 1_000 }
  const [attempts, stories] = await Promise.all([requests.query(filter), requests.stories(filter)])
  const [found] = requestsFrom({ attempts, stories }, clock.now())
  if (!found) throw new OpenClawError('request-not-found', { id: typed })
  return { schema: 1, ...found }
}

/** The last ones, the oldest first, then each as soon as it is over; ends with the signal. */
export async function* tailRequests(
  wish: RequestsWish & { readonly signal: AbortSignal },
  means: RequestsMeans,
): AsyncGenerator<RequestTold, void> {
  const { clock } = means
  /** Which are told, and when they began. */
  const told = new Map<string, number>()
  const begunMs = clock.now().getTime()
  for (const request of (await requestsOf(wish, means)).slice(0, wish.most).filter(isOver).toReversed()) {
    told.set(request.requestId, Date.parse(request.startedAt))
    yield request
  }
  while (!wish.signal.aborted) {
    const since = new Date(clock.now().getTime() - LONGEST_ANSWER_MS)
    const fresh = await requestsOf({ ...wish, since, most: MOST_A_POLL, except: new Set(told.keys()) }, means)
    for (const request of fresh.filter(isOver).toReversed()) {
      told.set(request.requestId, Date.parse(request.startedAt))
      // Those before them are not told of.
      if (endOf(request) >= begunMs) yield request
    }
    for (const [id, startedMs] of told) if (startedMs < since.getTime()) told.delete(id)
    await clock.sleep(POLL_MS, wish.signal).catch(() => undefined) // the end
  }
}

async function requestsOf(
  { model, failed, since, most, except }: RequestsWish & { readonly except?: ReadonlySet<string> },
  { requests, aliases, clock }: RequestsMeans,
): Promise<readonly RequestTold[]> {
  const ref = model === undefined ? undefined : (parseRef(model) ?? parseRef((await aliases()).get(model) ?? model))
  if (model !== undefined && !ref) throw new OpenClawError('model-not-found', { model })
  const records = await requests.latest({
    ...(ref && { model: ref }),
    failed,
    ...(since && { since }),
    ...(except && { except }),
    limit: most,
  })
  return requestsFrom(records, clock.now()).filter(
    ({ startedAt }) => since === undefined || Date.parse(startedAt) >= since.getTime(),
  )
}

function endOf({ startedAt, tookMs = 0 }: RequestTold): number {
  return Date.parse(startedAt) + tookMs
}

async function fullId(typed: string, requests: Requests): Promise<string> {
  if (typed.length >= WHOLE_ID) return typed
  const ids = await requests.idsFrom(typed, MOST_NAMED)
  const [first = typed] = ids
  if (ids.length < 2 || first === typed) return first
  throw new OpenClawError('request-ambiguous', { id: typed, ids: ids.join(', '), first })
}
